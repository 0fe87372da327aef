// What was typed and not sent yet: kept in IndexedDB until the server has acknowledged it. Sent again with the same
// submission number, so that twice is once. An entry: {id, account, url, body, name, at, notBefore, refused, draft}.
// A phone is shared: what was written under one account is shown to and sent by that account alone.
const NAME = "renwang-outbox", STORE = "unsent", DRAFT = "renwang-draft-";

function open() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function within(mode, work) {
  const base = await open();
  try {
    return await new Promise((done, fail) => {
      const passage = base.transaction(STORE, mode), asked = work(passage.objectStore(STORE));
      passage.oncomplete = () => done(asked && asked.result);
      passage.onerror = passage.onabort = () => fail(passage.error);
    });
  } finally { base.close(); }
}

// Whose page this is. A page kept from yesterday names yesterday's account: it never speaks for anybody else.
export const account = () => document.querySelector("script[data-account]")?.dataset.account || "";

export const put = (entry) => within("readwrite", (store) => store.put({ ...entry, account: account() }));
export const remove = (id) => within("readwrite", (store) => store.delete(id));
const everybodys = () => within("readonly", (store) => store.getAll());
export const all = async () => (await everybodys()).filter((entry) => entry.account === account());
export const ofOthers = async () => (await everybodys()).filter((entry) => entry.account !== account()).length;

export function token() {
  const found = document.cookie.match(/(?:^|; )renwang_csrf=([^;]+)/);
  if (found) return decodeURIComponent(found[1]);
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

// ── what is typed and not handed in: of one account, of one day ──
export const draftKey = (contact) => `${DRAFT}${account()}-${contact}`;

function eachDraft(work) {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) work(key); } catch (blocked) { /* nothing is kept */ }
}
export function dropDraft(key) { try { localStorage.removeItem(key); } catch (blocked) { /* nothing is kept */ } }
export function dropOldDrafts() {
  eachDraft((key) => {
    let on = "";
    try { on = JSON.parse(localStorage.getItem(key)).on; } catch (broken) { /* not ours to read */ }
    if (on !== new Date().toDateString()) dropDraft(key);
  });
}

// Whoever signs out leaves nothing about people behind but what still must be sent.
export async function forgetAll() {
  eachDraft(dropDraft);
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("renwang-pages")) await caches.delete(name);
}

let isSending = false;

// Sends what may be sent; tells every change as an event "outbox" on the document.
export async function flush() {
  if (isSending || !account()) return;
  isSending = true;
  try {
    for (const entry of (await all()).sort((one, other) => one.at.localeCompare(other.at))) {
      if (entry.refused || (entry.notBefore || 0) > Date.now()) continue;
      let answer;
      try {
        answer = await fetch(entry.url, {
          method: "POST", body: new URLSearchParams([...entry.body, ["account", entry.account]]), credentials: "same-origin",
          headers: { Accept: "application/json", "X-CSRFToken": token() },
        });
      } catch (offline) { tell("waiting"); break; }
      const words = await answer.json().catch(() => ({}));
      if (answer.ok) {
        await remove(entry.id);
        if (entry.draft) dropDraft(entry.draft);
        document.dispatchEvent(new CustomEvent("outbox:sent", { detail: { entry, words } }));
      } else if (answer.status === 401 || answer.status === 403) {
        await put({ ...entry, problem: words.detail || "", signIn: words.sign_in || "" });
        if (answer.status === 401) { tell("signIn"); break; }
      } else if (answer.status === 422 || answer.status === 404 || answer.status === 409) {
        await put({ ...entry, refused: words.detail || String(answer.status), errors: words.errors || {} });
        document.dispatchEvent(new CustomEvent("outbox:refused", { detail: { entry, words } }));
      } else { tell("waiting"); break; }
    }
  } finally { isSending = false; }
  tell();
  const later = (await all()).map((entry) => entry.notBefore || 0).filter((at) => at > Date.now());
  if (later.length) setTimeout(flush, Math.min(...later) - Date.now() + 50);
}

function tell(state = "") {
  document.dispatchEvent(new CustomEvent("outbox", { detail: { state } }));
}
