// One box that ticks all the others of its group.

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = () => [...all.closest("fieldset").querySelectorAll("input[type=checkbox][name]")];
  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  all.closest("fieldset").addEventListener("change", tell);
  tell();
}
