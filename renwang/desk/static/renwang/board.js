// Says how old the board's figures are, second by second, and keeps the clock on the wall right. Filters apply when chosen.
// The server's time counts: the clock of a machine on a wall is often wrong, and in a drill the days pass otherwise.
const seen = new WeakSet();
let ahead = 0; // milliseconds by which the server is ahead of this machine
const now = () => Date.now() + ahead;
const age = () => {
  for (const place of document.querySelectorAll("[data-age]")) {
    if (!seen.has(place)) {
      seen.add(place);
      ahead = new Date(place.dataset.ageSent).getTime() - Date.now();
    }
    const seconds = Math.max(0, Math.round((now() - new Date(place.dataset.ageMade).getTime()) / 1000));
    const stale = seconds > 2 * Number(place.dataset.ageLimit) + 15;
    const text = place.querySelector("[data-age-text]");
    const said = (stale ? place.dataset.ageStale : place.dataset.ageSaid).replace("%s", seconds);
    text.textContent = ` · ${said}`;
    place.classList.toggle("desk-stale", stale);
  }
  const clock = document.querySelector("[data-clock-time]");
  // The district's time, whatever zone the machine at the wall was left in.
  if (clock) clock.textContent = new Date(now()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.zone || undefined });
};
age();
setInterval(age, 1000);

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  const button = form.querySelector("[data-submit]");
  if (button) button.hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
