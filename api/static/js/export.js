// The forms of the exports, and the button that prints.

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// Full numbers need a reason: asked for only when they are chosen, so that the form says so before it is sent.
for (const reveals of document.querySelectorAll("[data-reveals]")) {
  const reason = document.getElementById(reveals.dataset.reveals);
  const update = () => {
    reason.required = reveals.checked;
    reason.closest(".why-phones").hidden = !reveals.checked;
  };
  reveals.form.addEventListener("change", update);
  update();
}
