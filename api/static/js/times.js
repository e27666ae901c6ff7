// The grid of availability: a tap is kept at once, and what the service answers takes the grid's place.

const grid = document.getElementById("grid");
const told = document.getElementById("told");
let waiting = Promise.resolve();

function tell(text, bad) {
  told.textContent = text;
  told.className = bad ? "told bad" : "told";
}

async function keep(form, name, value, cell) {
  const body = new URLSearchParams({ [name]: value });
  const url = new URL(form.action);
  url.searchParams.set("part", "1");
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    grid.innerHTML = await answer.text();
    grid.querySelector(`[data-cell="${CSS.escape(cell)}"]`)?.focus({ preventScroll: true });
    tell(grid.dataset.said, false);
  } catch {
    tell(grid.dataset.failed, true);
  }
}

grid.addEventListener("submit", (event) => {
  const pressed = event.submitter;
  if (!pressed) return;
  event.preventDefault();
  const { name, value } = pressed;
  const cell = pressed.dataset.cell;
  const form = event.target;
  pressed.classList.add("busy");
  // One after the other: the answer to the first tap must not undo the sight of the second.
  waiting = waiting.then(() => keep(form, name, value, cell));
});
