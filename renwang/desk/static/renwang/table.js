// Which columns a table shows: chosen per table, kept in this browser. Also “mark all” and the count of what is marked.
const kept = (id) => { try { return JSON.parse(localStorage.getItem(`renwang-columns-${id}`)) || {}; } catch (refused) { return {}; } };

function apply(table, wish) {
  table.querySelectorAll("thead tr:first-child > [data-column]").forEach((head) => {
    const place = head.cellIndex;
    const show = !head.hasAttribute("data-optional") || (wish[head.dataset.column] ?? !head.hasAttribute("data-off"));
    for (const row of table.rows) {
      const cell = row.cells[place];
      if (cell && cell.colSpan === 1) cell.hidden = !show;
    }
  });
}

function prepare(menu) {
  const table = document.getElementById(menu.dataset.columnsFor), list = menu.querySelector(".rw-menu-list");
  if (!table || list.childElementCount) return;
  const heads = [...table.querySelectorAll("thead tr:first-child > [data-optional]")], wish = kept(table.id);
  if (!heads.length) return;
  heads.forEach((head) => {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.checked = wish[head.dataset.column] ?? !head.hasAttribute("data-off");
    box.addEventListener("change", () => {
      wish[head.dataset.column] = box.checked;
      try { localStorage.setItem(`renwang-columns-${table.id}`, JSON.stringify(wish)); } catch (refused) { /* for this page only */ }
      apply(table, wish);
    });
    label.append(box, head.textContent.trim());
    list.append(label);
  });
  menu.hidden = false;
  apply(table, wish);
}

function prepareAll() {
  document.querySelectorAll("[data-columns-for]").forEach((menu) => {
    prepare(menu);
    const table = document.getElementById(menu.dataset.columnsFor);
    if (table) apply(table, kept(table.id));
  });
}
prepareAll();
document.addEventListener("htmx:afterSettle", prepareAll);

// <input type=checkbox data-mark-all="name"> marks every box of that name; [data-marked="name"] shows and counts while any is marked.
function tellMarked(name) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)], marked = boxes.filter((box) => box.checked).length;
  document.querySelectorAll(`[data-mark-all="${CSS.escape(name)}"]`).forEach((all) => {
    all.checked = marked > 0 && marked === boxes.length;
    all.indeterminate = marked > 0 && marked < boxes.length;
  });
  document.querySelectorAll(`[data-marked="${CSS.escape(name)}"]`).forEach((bar) => {
    bar.hidden = marked === 0;
    bar.querySelectorAll("[data-marked-count]").forEach((place) => { place.textContent = String(marked); });
  });
}
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches || !box.matches("input[type=checkbox]")) return;
  if (box.dataset.markAll) {
    document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.dataset.markAll)}"]`).forEach((one) => { one.checked = box.checked; });
    tellMarked(box.dataset.markAll);
  } else if (box.name) tellMarked(box.name);
});
