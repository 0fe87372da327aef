// Shows a masked phone or ID after a reason. POST <href> reason=… with Accept: text/plain; the answer is the value, or (4xx) the
// sentence to show. Without script the link leads to a page that asks. The value is masked again after a minute.
const dialog = document.getElementById("rw-reveal");
let asked = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reveal]");
  if (!link || !dialog || !dialog.showModal) return;
  event.preventDefault();
  asked = link;
  dialog.querySelector("form").action = link.href;
  dialog.querySelector("[data-reveal-what]").textContent = link.dataset.what || "";
  dialog.querySelector("[data-reveal-error]").hidden = true;
  dialog.showModal();
  dialog.querySelector("[name=reason]").select();
});

if (dialog) dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, error = dialog.querySelector("[data-reveal-error]"), link = asked;
  const fail = (text) => { error.textContent = text; error.hidden = false; };
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/plain" }, redirect: "error" });
  } catch (unreachable) {
    fail(document.body.dataset.wordUnreachable);
    return;
  }
  const isText = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
  const text = isText ? (await answer.text()).trim() : "";
  if (!answer.ok || !text) {
    fail(!answer.ok && text ? text : answer.status === 403 ? document.body.dataset.wordForbidden : document.body.dataset.wordFailed);
    return;
  }
  dialog.close();
  const place = link.closest("[data-masked]").querySelector("[data-masked-value]"), before = place.textContent;
  place.textContent = text;
  place.setAttribute("role", "status");
  link.hidden = true;
  setTimeout(() => { place.textContent = before; link.hidden = false; }, 60000);
});
