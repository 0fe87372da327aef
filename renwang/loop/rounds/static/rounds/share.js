// Send the link by whatever the phone has (WeChat, SMS), or copy it. Without this script it can be marked and copied by hand.
const field = document.getElementById("address"), said = document.querySelector("[data-said]");
const send = document.querySelector("[data-send-link]"), copy = document.querySelector("[data-copy]");

if (navigator.share) {
  send.hidden = false;
  send.addEventListener("click", () => navigator.share({ url: field.value }).catch(() => {}));
}
copy.hidden = false;
copy.addEventListener("click", async () => {
  try { await navigator.clipboard.writeText(field.value); } catch (blocked) { field.select(); document.execCommand("copy"); }
  said.textContent = said.dataset.wordsCopied;
});
field.addEventListener("focus", () => field.select());
