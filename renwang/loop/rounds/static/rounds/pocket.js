// On every page of the pocket: count what is not sent, send it when one can, keep today's pages for when there is no connection.
import { account, all, dropOldDrafts, flush, forgetAll, ofOthers, remove } from "./outbox.js";

const own = document.querySelector("script[data-account]");
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
  const others = await ofOthers();
  if (others) {
    const said = document.createElement("p");
    said.className = "rw-soft";
    said.textContent = `${own.dataset.wordsOfOthers} ${others}`;
    list.append(said);
  }
  list.hidden = waiting.length + others === 0;
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
dropOldDrafts();
show();
flush();

// The pages go before the session does: whoever takes the phone next finds none of them, with or without a connection.
for (const form of document.querySelectorAll("form[action*='sign-out']")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    forgetAll().catch(() => {}).then(() => form.submit());
  });
}

if ("serviceWorker" in navigator && account()) {
  const url = bar ? bar.dataset.url : "/sw.js";
  navigator.serviceWorker.register(url, { scope: "/my/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    const pages = [...document.querySelectorAll("a[href^='/my/']")].map((link) => new URL(link.href).pathname);
    ready.active.postMessage({ account: account(), keep: [...new Set([location.pathname, "/my/", own.dataset.offline, ...pages])] });
  }).catch(() => {});
}

export { remove };
