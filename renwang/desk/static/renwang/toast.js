// A sentence that goes again, with undo. The server sends HX-Trigger: {"toast": {"text": "…", "undo": "/url"}}; undo is a POST.
// Failed htmx requests are told the same way. Own code: document.dispatchEvent(new CustomEvent("toast", {detail: {text, undo}})).
const place = document.getElementById("toasts"), words = document.body.dataset;

function token() {
  try { return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""; } catch (bad) { return ""; }
}

function tell({ text, undo }) {
  if (!place || !text) return;
  const toast = document.createElement("div"), said = document.createElement("span");
  toast.className = "rw-toast";
  said.textContent = text;
  toast.append(said);
  let timer;
  const close = () => { clearTimeout(timer); toast.remove(); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(close, undo ? 10000 : 6000); };
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.wordUndo;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const answer = await fetch(undo, { method: "POST", headers: { "X-CSRFToken": token() } });
        if (!answer.ok) throw new Error(String(answer.status));
        location.reload();
      } catch (failed) { close(); tell({ text: words.wordFailed }); }
    });
    toast.append(button);
  }
  const shut = document.createElement("button");
  shut.type = "button";
  shut.textContent = "×";
  shut.setAttribute("aria-label", words.wordClose);
  shut.addEventListener("click", close);
  toast.append(shut);
  toast.addEventListener("mouseenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("mouseleave", wait);
  place.append(toast);
  wait();
}

document.addEventListener("toast", (event) => tell(event.detail || {}));
document.addEventListener("htmx:sendError", () => tell({ text: words.wordUnreachable }));
document.addEventListener("htmx:timeout", () => tell({ text: words.wordUnreachable }));
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  const isText = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  tell({ text: isText && answer.responseText ? answer.responseText : answer.status === 403 ? words.wordForbidden || words.wordFailed : words.wordFailed });
});
