// Light or dark, before the first paint (a classic script in <head>, so the page never flashes).
(function () {
  "use strict";
  var root = document.documentElement, key = "renwang-theme", kept = null;
  try { kept = localStorage.getItem(key); } catch (refused) { /* private window */ }
  var wish = window.matchMedia ? window.matchMedia("(prefers-color-scheme: dark)") : null;
  function show(theme) { root.setAttribute("data-bs-theme", theme); }
  show(kept || (wish && wish.matches ? "dark" : "light"));
  if (wish && wish.addEventListener) wish.addEventListener("change", function () { if (!kept) show(wish.matches ? "dark" : "light"); });
  document.addEventListener("DOMContentLoaded", function () {
    var found = document.querySelectorAll("[data-theme-switch], [data-needs-script]");
    for (var i = 0; i < found.length; i++) found[i].hidden = false;
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-theme-switch]")) return;
    kept = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    show(kept);
    try { localStorage.setItem(key, kept); } catch (refused) { /* for this page only */ }
  });
})();
