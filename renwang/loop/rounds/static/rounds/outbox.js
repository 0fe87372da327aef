// What was typed and not sent yet: kept in IndexedDB until the server has acknowledged it. Sent again with the same
// submission number, so that twice is once. An entry: {id, url, body, name, at, notBefore, refused}.
const NAME = "renwang-outbox", STORE = "unsent";

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

export const put = (entry) => within("readwrite", (store) => store.put(entry));
export const remove = (id) => within("readwrite", (store) => store.delete(id));
export const all = () => within("readonly", (store) => store.getAll());

export function token() {
  const found = document.cookie.match(/(?:^|; )renwang_csrf=([^;]+)/);
  if (found) return decodeURIComponent(found[1]);
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

let isSending = false;

// Sends what may be sent; tells every change as an event "outbox" on the document.
export async function flush() {
  if (isSending) return;
  isSending = true;
  try {
    for (const entry of (await all()).sort((one, other) => one.at.localeCompare(other.at))) {
      if (entry.refused || (entry.notBefore || 0) > Date.now()) continue;
      let answer;
      try {
        answer = await fetch(entry.url, {
          method: "POST", body: new URLSearchParams(entry.body), credentials: "same-origin",
          headers: { Accept: "application/json", "X-CSRFToken": token() },
        });
      } catch (offline) { tell("waiting"); break; }
      const words = await answer.json().catch(() => ({}));
      if (answer.ok) {
        await remove(entry.id);
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
