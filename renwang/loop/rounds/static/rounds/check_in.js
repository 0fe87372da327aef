// What did they say, in thirty seconds: first the outcome, then the exceptions. Everything also works without this script.
import { draftKey, dropDraft, flush, put, remove } from "./outbox.js";

const form = document.querySelector("[data-check-in]");
const told = form.querySelector("[data-told]"), answered = form.querySelector("[data-answered]");
const draft = draftKey(form.dataset.contact);
const UNDO = 8000;

// ── the outcome first ──
function chosenMode() { return form.elements.mode.value; }
function showMode() {
  for (const button of form.querySelectorAll("[data-outcomes] [data-mode]")) button.hidden = button.dataset.mode !== chosenMode();
  for (const words of form.querySelectorAll("[data-for-mode]")) words.hidden = words.dataset.forMode !== chosenMode();
}
function showTold() { told.hidden = false; answered.hidden = true; form.querySelector("[data-outcomes]").hidden = true; }
answered.hidden = false;
told.hidden = true;
answered.addEventListener("click", () => { showTold(); save(); told.querySelector("[data-all-well]").focus(); });
for (const radio of form.querySelectorAll("[name=mode]")) radio.addEventListener("change", showMode);
showMode();

// ── steppers, chips, needs ──
for (const stepper of form.querySelectorAll("[data-stepper]")) {
  const field = stepper.querySelector("input"), by = Number(stepper.dataset.step);
  const step = (sign) => {
    const now = field.value ? Number(field.value.replace(",", ".")) + sign * by : Number(stepper.dataset.start);
    field.value = Math.min(Number(stepper.dataset.max), Math.max(Number(stepper.dataset.min), now)).toFixed(1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const [name, sign] of [["less", -1], ["more", 1]]) {
    const button = stepper.querySelector(`[data-${name}]`);
    let held;
    button.hidden = false;
    const stop = () => clearInterval(held);
    button.addEventListener("pointerdown", () => { stop(); held = setInterval(() => step(sign), 180); });
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, stop);
    button.addEventListener("click", () => step(sign));
  }
}
for (const group of form.querySelectorAll("[data-places]")) {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (!chip) return;
    form.elements[group.dataset.places].value = chip.value;
    save();
  });
}
function showNeeds() {
  for (const box of form.querySelectorAll("[data-need]")) {
    form.querySelector(`[data-need-fields="${box.dataset.need}"]`).hidden = !box.checked;
  }
}
function markMembers() {
  for (const member of form.querySelectorAll("[data-member]")) {
    const said = [...member.querySelectorAll("input, select")].filter((field) => (field.type === "checkbox" ? field.checked : field.value));
    const state = member.querySelector("[data-state]");
    state.dataset.well = state.dataset.well || state.textContent;
    const hot = member.querySelector("[data-stepper] input");
    state.textContent = said.length ? (hot && hot.value ? `${hot.value} °C` : "•") : state.dataset.well;
    member.classList.toggle("has", said.length > 0);
    if (!hot) continue;
    const isHot = Number(hot.value.replace(",", ".")) >= Number(form.dataset.fever);
    hot.closest("[data-stepper]").classList.toggle("hot", isHot);
    member.classList.toggle("hot", isHot);
  }
}
form.addEventListener("input", () => { showNeeds(); markMembers(); save(); });

// ── what was typed survives a closed browser ──
function typed() {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && value !== "");
}
function save() {
  try { localStorage.setItem(draft, JSON.stringify({ on: new Date().toDateString(), open: !told.hidden, typed: typed() })); } catch (full) { /* the form still sends */ }
}
function forget() { dropDraft(draft); }
function restore() {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(draft) || "null"); } catch (broken) { return; }
  if (!kept || kept.on !== new Date().toDateString()) { forget(); return; }
  for (const box of form.querySelectorAll("[type=checkbox], [type=radio]")) box.checked = false;
  for (const [name, value] of kept.typed) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox" || field.type === "radio") { if (field.value === value) field.checked = true; }
      else if (field.tagName !== "BUTTON") field.value = value;
    }
  }
  showMode();
  if (kept.open) showTold();
  for (const member of form.querySelectorAll("[data-member]")) {
    if ([...member.querySelectorAll("input, select")].some((field) => (field.type === "checkbox" ? field.checked : field.value))) member.open = true;
  }
  if (kept.typed.some(([name]) => /^[mno]-/.test(name))) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.wordsRestored } }));
  }
}
if (form.querySelector("[name=submission_id]") && !document.getElementById("errors")) restore(); else showTold();
showNeeds();
markMembers();

// ── everything goes through the outbox: kept first, then sent ──
let isHandedIn = false;  // a second tap of the same thumb tells nothing new
form.addEventListener("submit", async (event) => {
  const button = event.submitter, isWell = button && button.matches("[data-all-well]");
  event.preventDefault();
  if (isHandedIn) return;
  isHandedIn = true;
  const body = typed().filter(([name]) => !isWell || !/^[mn]-/.test(name));
  const id = form.elements.submission_id.value;
  if (button && button.name) body.push([button.name, button.value]);
  for (const pair of body) if (pair[0] === "told_at") pair[1] = new Date().toISOString();
  if (!body.some(([name]) => name === "told_at")) body.push(["told_at", new Date().toISOString()]);
  const entry = { id, url: form.getAttribute("action") || location.pathname, body, name: form.dataset.name, at: new Date().toISOString(), draft };
  try {
    await put({ ...entry, notBefore: isWell ? Date.now() + UNDO : 0 });
  } catch (noStorage) { form.submit(); return; }
  if (isWell) return askUndo(entry);
  forget();
  await flush();
  if (!navigator.onLine || !sentNow) keptHere();
});

let sentNow = false;
document.addEventListener("outbox:sent", (event) => {
  if (event.detail.entry.id !== form.elements.submission_id.value) return;
  sentNow = true;
  forget();
  location.assign(event.detail.words.next || form.dataset.back);
});
document.addEventListener("outbox:refused", async (event) => {
  const { entry, words } = event.detail;
  if (entry.id !== form.elements.submission_id.value) return;
  sentNow = true;
  isHandedIn = false;
  await remove(entry.id);  // it is on the screen again, to be mended and sent under the same number
  showTold();
  save();
  document.querySelector("#errors")?.remove();
  const box = document.createElement("div"), list = document.createElement("ul"), head = document.createElement("strong");
  box.id = "errors"; box.className = "rw-notice act"; box.setAttribute("role", "alert");
  list.className = "ro-plain"; head.textContent = form.dataset.wordsRefused;
  for (const [field, text] of Object.entries(words.errors || { "": words.detail })) {
    const row = document.createElement("li");
    row.textContent = text;
    const at = form.querySelector(`[name="${CSS.escape(field)}"]`);
    if (at) { at.setAttribute("aria-invalid", "true"); const member = at.closest("details"); if (member) member.open = true; }
    list.append(row);
  }
  const inner = document.createElement("div");
  inner.append(head, list);
  box.append(inner);
  form.before(box);
  box.scrollIntoView({ block: "center" });
});

function askUndo(entry) {
  const strip = document.createElement("div"), said = document.createElement("span"), button = document.createElement("button");
  strip.className = "ro-undo"; strip.setAttribute("role", "status");
  said.textContent = form.dataset.wordsWell;
  button.type = "button"; button.textContent = form.dataset.wordsUndo;
  strip.append(said, button);
  document.body.append(strip);
  const leave = setTimeout(async () => { await flush(); if (!sentNow) keptHere(); }, UNDO + 100);
  button.addEventListener("click", async () => {
    clearTimeout(leave);
    isHandedIn = false;
    await remove(entry.id);
    document.dispatchEvent(new CustomEvent("outbox", { detail: {} }));
    strip.remove();
  });
  document.dispatchEvent(new CustomEvent("outbox", { detail: {} }));
  button.focus();
}

function keptHere() {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.wordsKept } }));
  forget();
  setTimeout(() => location.assign(form.dataset.back), 1500);
}

// ── the call: the look at the number is logged by the server, with its reason ──
const call = document.querySelector("[data-call]");
call.addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = call.querySelector("[data-number]");
  if (call.dataset.phone) { location.href = `tel:${call.dataset.phone}`; return; }
  try {
    const answer = await fetch(call.getAttribute("action"), { method: "POST", body: new FormData(call), headers: { Accept: "application/json" } });
    const words = await answer.json();
    if (!answer.ok) { place.textContent = words.detail; return; }
    call.dataset.phone = words.phone;
    place.textContent = words.whose ? `${words.phone} · ${words.whose}` : words.phone;
    location.href = `tel:${words.phone}`;
  } catch (offline) { place.textContent = call.dataset.wordsOffline; }
});
