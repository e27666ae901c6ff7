// Rows of a form that come and go at once; without scripts the same buttons ask the service for the form again.

function numberOf(list) {
  const numbers = [...list.querySelectorAll("[name]")].map((field) => Number(field.name.split("-")[1]));
  return Math.max(-1, ...numbers.filter(Number.isInteger)) + 1;
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const drop = event.target.closest("[data-drop]");
  if (!add && !drop) return;
  event.preventDefault();
  const section = (add || drop).closest("section");
  const list = section.querySelector("[data-rows]");
  if (drop) {
    drop.closest("li").remove();
    section.querySelector("[data-add]").focus();
    return;
  }
  const blank = section.querySelector("template").innerHTML;
  list.insertAdjacentHTML("beforeend", blank.replaceAll("-__-", `-${numberOf(list)}-`).replaceAll(":__", ":new"));
  list.lastElementChild.querySelector("input:not([type=hidden]), select").focus();
});
