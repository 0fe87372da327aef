// Opens <dialog> by [data-dialog="id"], closes by [data-dialog-close] or a click beside it; fills a field by [data-fill="id"];
// leads the eye to an error summary; says when the connection is gone.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      if (opener.dataset.action) dialog.querySelector("form").action = opener.dataset.action;
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) { closer.closest("dialog").close(); return; }
  if (event.target.matches("dialog[open]") && event.detail) {
    const box = event.target.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside) event.target.close();
    return;
  }
  const filler = event.target.closest("[data-fill]");
  if (filler) {
    const field = document.getElementById(filler.dataset.fill);
    field.value = filler.textContent.trim();
    field.focus();
    return;
  }
  document.querySelectorAll("details.rw-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest && event.target.closest("details.rw-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

const leadToErrors = (root) => { const summary = root.querySelector("[data-error-summary]"); if (summary) summary.focus(); };
leadToErrors(document);
document.addEventListener("htmx:load", (event) => leadToErrors(event.target));

const tellConnection = () => document.documentElement.classList.toggle("rw-is-offline", !navigator.onLine);
addEventListener("online", tellConnection);
addEventListener("offline", tellConnection);
tellConnection();
