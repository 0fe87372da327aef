// In a demo, a button of the list fills in login name and password; the visitor sees both, and signs in with Enter.
for (const button of document.querySelectorAll("[data-fill-username]")) {
  button.addEventListener("click", () => {
    const form = document.querySelector("form:has([name=password])");
    form.elements.username.value = button.dataset.fillUsername;
    form.elements.password.value = button.dataset.fillPassword;
    const enter = form.querySelector("button.btn-primary");
    enter.scrollIntoView({ block: "center" });
    enter.focus();
  });
}
