// Keyboard: / search · j k rows · Enter opens · x marks · e edits · ? shows all. Rows are <tbody> rows of [data-rows] or its children.
let current = null;

const rows = () => {
  const list = (current && current.closest("[data-rows]")) || document.querySelector("[data-rows]");
  if (!list) return [];
  return [...(list.tBodies ? list.querySelectorAll("tbody > tr") : list.children)].filter((row) => !row.hidden && !row.matches(".totals"));
};
const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function choose(step) {
  const all = rows();
  if (!all.length) return;
  const at = current ? all.indexOf(current) : -1;
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  select(next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function select(row) {
  if (current && current !== row) current.removeAttribute("aria-selected");
  current = row;
  row.tabIndex = -1;
  row.setAttribute("aria-selected", "true");
  row.dispatchEvent(new CustomEvent("renwang:row", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target;
  if (event.key === "Escape" && isTyping(target)) { target.blur(); return; }
  if (isTyping(target) || document.querySelector("dialog[open]")) return;
  switch (event.key) {
    case "/": {
      const search = document.querySelector("[data-key-search]");
      if (!search) return;
      search.focus();
      search.select();
      break;
    }
    case "j": choose(1); break;
    case "k": choose(-1); break;
    case "Enter": {
      if (!current || target !== current) return;
      const link = current.querySelector("a[data-open], a[href]");
      if (link) link.click();
      break;
    }
    case "x": {
      const box = current && current.querySelector("input[type=checkbox]");
      if (!box) return;
      box.click();
      break;
    }
    case "e": {
      const edit = (current && current.querySelector("[data-key-edit]")) || document.querySelector("main [data-key-edit]");
      if (!edit) return;
      edit.click();
      break;
    }
    case "?": {
      const help = document.getElementById("rw-keys");
      if (!help) return;
      help.showModal();
      break;
    }
    default: return;
  }
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-rows] tbody > tr, ul[data-rows] > li");
  if (row && row !== current) select(row);
});
