// On every page of the pocket: count what is not sent, send it when one can, keep today's pages for when there is no connection.
import { all, flush, remove } from "./outbox.js";

const bar = document.querySelector("[data-outbox]"), list = document.querySelector("[data-unsent-list]");

function line(entry) {
  const row = document.createElement("p"), link = document.createElement("a");
  link.href = entry.url;
  link.textContent = entry.name || entry.url;
  row.append(link, " · ");
  const said = document.createElement("span");
  if (entry.refused) {
    said.className = "ro-wrong";
    said.textContent = `${bar.dataset.wordsRefused} ${entry.refused}`;
  } else if (entry.signIn) {
    const door = document.createElement("a");
    door.href = `${entry.signIn}?next=${encodeURIComponent(location.pathname)}`;
    door.textContent = bar.dataset.wordsSignIn;
    said.append(door);
  } else said.textContent = navigator.onLine ? bar.dataset.wordsSending : bar.dataset.wordsWaiting;
  row.append(said);
  return row;
}

async function show() {
  const waiting = await all();
  for (const place of document.querySelectorAll("[data-unsynced-count]")) {
    place.textContent = String(waiting.length);
    place.closest("[data-unsynced]")?.classList.toggle("unsynced", waiting.length > 0);
  }
  if (!list || !bar) return;
  list.replaceChildren(...waiting.map(line));
  list.hidden = waiting.length === 0;
  if (waiting.length && navigator.storage && navigator.storage.persisted && !(await navigator.storage.persisted())) {
    const warning = document.createElement("p");
    warning.className = "rw-soft";
    warning.textContent = bar.dataset.wordsKeptOnlyHere;
    list.append(warning);
  }
}

document.addEventListener("outbox", show);
document.addEventListener("outbox:refused", show);
window.addEventListener("online", flush);
window.addEventListener("offline", show);
document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
setInterval(flush, 20000);
navigator.storage?.persist?.();
show();
flush();

// Whoever signs out leaves no pages about people behind. What is not sent yet stays: it is theirs to send.
for (const form of document.querySelectorAll("form[action*='sign-out']")) {
  form.addEventListener("submit", () => navigator.serviceWorker?.controller?.postMessage({ forget: true }));
}

if ("serviceWorker" in navigator) {
  const url = bar ? bar.dataset.url : "/sw.js";
  navigator.serviceWorker.register(url, { scope: "/my/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    const pages = [...document.querySelectorAll("a[href^='/my/']")].map((link) => new URL(link.href).pathname);
    ready.active.postMessage({ keep: [...new Set([location.pathname, "/my/", ...pages])] });
  }).catch(() => {});
}

export { remove };
