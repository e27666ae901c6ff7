// What the scripts of the board share: the desk's facts, the words of the page, calls to the service, what is spoken.

export const CELL = ".band[data-d]"; // A duty in the view by post.
export const TURN = ".turn"; // What somebody does on a day, in the view by person; with data-d if it is a duty.

export function facts() {
  return document.getElementById("desk")?.dataset ?? {};
}

export function editable() {
  return Boolean(facts().editable && document.getElementById("bar"));
}

// A sentence of the page with its figures.
export function word(name, figures = {}) {
  const text = document.getElementById("words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => figures[key] ?? whole);
}

// Read out, and shown for a moment: what just happened.
let fading = null;
export function speak(text, kind = "") {
  const spoken = document.getElementById("spoken");
  if (spoken) spoken.textContent = text;
  const hint = document.getElementById("hint");
  if (!hint) return;
  clearTimeout(fading);
  hint.textContent = text;
  hint.className = `hint toast num ${kind}`;
  hint.hidden = !text;
  fading = setTimeout(() => { hint.hidden = true; }, 6000);
}

export function unspeak() {
  clearTimeout(fading);
  const hint = document.getElementById("hint");
  if (hint) hint.hidden = true;
}

// A call of the API with the session's cookie; resolves to { ok, status, body }.
export async function call(method, path, body, headers = {}) {
  const { rosters, editable: token } = facts();
  const sent = { Accept: "application/json", "Content-Type": "application/json", ...headers };
  if (token) sent["X-CSRF-Token"] = token;
  try {
    const answer = await fetch(`${rosters}/${path}`, { method, headers: sent, body: JSON.stringify(body) });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { message: word("lost") } };
  }
}

// The version that is shown, as addresses of the API name it.
export function which() {
  const { state, number } = facts();
  return state === "draft" || !number ? "draft" : number;
}

export function bandOf(duty) {
  return document.querySelector(`.band[data-d="${CSS.escape(duty)}"]`);
}

// A person's duty in the view by person.
export function turnOf(person, duty) {
  const row = document.getElementById(`p-${person}`);
  return row?.querySelector(`${TURN}[data-d="${CSS.escape(duty)}"]`) ?? null;
}

// Where a turn stands; its day is the number of its column.
export function cellOf(turn) {
  const cell = turn.closest("td");
  return { cell, row: cell.parentElement, day: cell.cellIndex };
}

// The next band or turn in a direction, over cells without any.
export function neighbour(from, across, down) {
  const kind = from.matches(TURN) ? TURN : ".band";
  const cell = from.parentElement;
  const inCell = [...cell.querySelectorAll(kind)];
  const place = inCell.indexOf(from);
  if (down) {
    if (inCell[place + down]) return inCell[place + down];
    for (let row = beside(cell.parentElement, down); row; row = beside(row, down)) {
      const found = row.children[cell.cellIndex]?.querySelectorAll(kind) ?? [];
      if (found.length) return found[down > 0 ? 0 : found.length - 1];
    }
    return null;
  }
  let next = cell;
  do next = across > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && next.cellIndex > 0 && !next.querySelector(kind));
  const found = next?.querySelectorAll(kind);
  return found?.length ? found[Math.min(place, found.length - 1)] : null;
}

// Puts the focus on a band or turn; a free day is no link and takes it from scripts alone.
export function walkTo(place) {
  if (!place.hasAttribute("href")) place.tabIndex = -1;
  place.focus();
}

// The row above or below, in the next group of rows where one ends.
function beside(row, down) {
  const rows = [...row.closest("table").querySelectorAll("tbody tr")];
  return rows[rows.indexOf(row) + down] ?? null;
}
