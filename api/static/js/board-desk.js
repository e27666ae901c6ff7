// What the scripts of the board share: the desk's facts, the words of the page, calls to the service, what is spoken.

export const CELL = ".band[data-d]";

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

// The next cell in a direction, over cells without bands.
export function neighbour(band, across, down) {
  const cell = band.parentElement;
  const place = [...cell.querySelectorAll(".band")].indexOf(band);
  if (down) {
    const inCell = cell.querySelectorAll(".band");
    if (inCell[place + down]) return inCell[place + down];
    for (let row = beside(cell.parentElement, down); row; row = beside(row, down)) {
      const bands = row.children[cell.cellIndex]?.querySelectorAll(".band") ?? [];
      if (bands.length) return bands[down > 0 ? 0 : bands.length - 1];
    }
    return null;
  }
  let next = cell;
  do next = across > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && next.cellIndex > 0 && !next.querySelector(".band"));
  const bands = next?.querySelectorAll(".band");
  return bands?.length ? bands[Math.min(place, bands.length - 1)] : null;
}

// The row above or below, in the next group of rows where one ends.
function beside(row, down) {
  const rows = [...row.closest("table").querySelectorAll("tbody tr")];
  return rows[rows.indexOf(row) + down] ?? null;
}
