// Ticking many seats at once, and finding a team among a hundred; everything works without it, too.

for (const button of document.querySelectorAll("[data-tick]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll(`input[name="${button.dataset.tick}"]`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

for (const field of document.querySelectorAll("[data-narrow]")) {
  const list = document.getElementById(field.dataset.narrow);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const label of list.querySelectorAll("label")) {
      const ticked = label.querySelector("input").checked;
      label.hidden = !ticked && !label.textContent.toLowerCase().includes(wanted);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
