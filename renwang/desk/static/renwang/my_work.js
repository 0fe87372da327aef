// The button “Call” of each card: asks for the number (the look is logged), shows it, and hands it to the telephone.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-call]");
  if (!form) return;
  event.preventDefault();
  const place = form.parentElement.querySelector("[data-number]");
  const say = (text) => { place.textContent = text; place.hidden = false; };
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) { say(told.detail); return; }
    say(told.whose ? `${told.phone} · ${told.whose}` : told.phone);
    location.href = `tel:${told.phone}`;
  } catch (offline) { say(form.dataset.wordsOffline); }
});
