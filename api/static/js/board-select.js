// Several cells at once: chosen by Ctrl or Shift and a click, or by keys; then emptied, locked or unlocked together.

import { CELL, bandOf, call, editable, neighbour, speak, which, word } from "./board-desk.js";
import { carrying } from "./board-carry.js";
import { edit } from "./board-edit.js";

const picked = new Set();
let anchor = null;

export function anyPicked() {
  return picked.size > 0;
}

export function clear() {
  picked.clear();
  anchor = null;
  draw();
}

function toggle(band) {
  const duty = band.dataset.d;
  picked[picked.has(duty) ? "delete" : "add"](duty);
  anchor = duty;
  draw();
}

// Every cell between the anchor and this one; of one shift where both ends are of one shift.
function stretch(band) {
  const from = anchor && bandOf(anchor);
  if (!from) {
    toggle(band);
    return;
  }
  const rows = [...band.closest("table").querySelectorAll("tbody tr")];
  const [top, bottom] = [from, band].map((b) => rows.indexOf(b.closest("tr"))).sort((a, b) => a - b);
  const [left, right] = [from, band].map((b) => b.parentElement.cellIndex).sort((a, b) => a - b);
  const kind = kindOf(from) === kindOf(band) ? kindOf(band) : null;
  for (const row of rows.slice(top, bottom + 1)) {
    for (const cell of [...row.children].slice(left, right + 1)) {
      for (const b of cell.querySelectorAll(CELL)) if (!kind || kindOf(b) === kind) picked.add(b.dataset.d);
    }
  }
  draw();
}

function kindOf(band) {
  return ["D", "E", "N", "R"].find((kind) => band.classList.contains(kind));
}

function draw() {
  for (const band of document.querySelectorAll(".band.picked")) unmark(band);
  let people = 0;
  for (const duty of picked) {
    const band = bandOf(duty);
    if (!band) {
      picked.delete(duty);
      continue;
    }
    band.classList.add("picked");
    band.setAttribute("aria-selected", "true");
    people += Number(/(\d+)\/\d+\s*$/.exec(band.querySelector(".n").textContent)?.[1] ?? 0);
  }
  const bar = document.getElementById("picked");
  if (!bar) return;
  bar.hidden = !picked.size;
  bar.querySelector("[data-picked-count]").textContent = word("picked", { cells: picked.size, people });
}

function unmark(band) {
  band.classList.remove("picked");
  band.removeAttribute("aria-selected");
}

// Empties, locks or unlocks everybody in these cells; whoever is locked is not taken off.
export async function bulk(action, duties = [...picked]) {
  if (!editable() || !duties.length) return;
  const answer = await call("POST", `${which()}/teams`, { duties });
  if (!answer.ok) {
    speak(answer.body.message, "warn");
    return;
  }
  const wanted = answer.body.items.filter((seat) => Boolean(seat.pinned) === (action === "unpin"));
  const count = wanted.length;
  if (action === "remove" && count > 1 && !window.confirm(word("reallyRemove", { count }))) return;
  const what = word({ remove: "bulkRemove", pin: "bulkPin", unpin: "bulkUnpin" }[action], { count });
  const done = await edit({ [action]: wanted }, what);
  if (done && action === "remove") clear();
}

async function lockOrUnlock(band) {
  const answer = await call("POST", `${which()}/teams`, { duties: [band.dataset.d] });
  if (!answer.ok || !answer.body.items.length) {
    speak(answer.ok ? word("nobody") : answer.body.message, "warn");
    return;
  }
  const locked = answer.body.items.every((seat) => seat.pinned);
  await bulk(locked ? "unpin" : "pin", [band.dataset.d]);
}

document.addEventListener("click", (event) => {
  const band = event.target.closest?.(CELL);
  if (band && event.button === 0 && editable() && (event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    if (event.shiftKey) stretch(band);
    else toggle(band);
  }
  const pressed = event.target.closest?.("[data-bulk]");
  if (pressed?.dataset.bulk === "none") clear();
  else if (pressed) bulk(pressed.dataset.bulk);
});

document.addEventListener("keydown", (event) => {
  const band = event.target.closest?.(CELL);
  if (!band || !editable() || carrying() || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.shiftKey && step) {
    const next = neighbour(band, ...step);
    if (next) {
      event.preventDefault();
      picked.add(band.dataset.d);
      picked.add(next.dataset.d);
      next.focus();
      draw();
    }
  } else if (event.key === "x" || event.key === "X") toggle(band);
  else if (event.key === "l" || event.key === "L") lockOrUnlock(band);
  else if (event.key === "Delete") bulk("remove", picked.size ? [...picked] : [band.dataset.d]);
});

document.addEventListener("board:shown", draw);
