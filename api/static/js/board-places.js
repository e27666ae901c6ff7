// From where somebody is picked up and where they are put down: bands and seats of the view by post, and in the view by
// person the cells of a day, where a duty is handed to somebody free, or two people change places.

import { CELL, TURN, bandOf, cellOf, word } from "./board-desk.js";

const SEAT = "[data-seat]";
export const PLACE = `${SEAT}, ${CELL}, ${TURN}`;
export const GRIPS = `${CELL}[data-p], ${TURN}[data-d], [data-carry], ${SEAT} [data-name], [data-candidate] [data-name]`;

// Who is picked up at an element: { person, name, leaving, position, day, origin }; null where nobody is.
export function source(element) {
  const turn = element.closest(TURN);
  if (turn) return turn.dataset.d ? ofTurn(turn) : null;
  const band = element.closest(CELL);
  if (band?.dataset.p) {
    return { person: band.dataset.p, name: band.querySelector(".who").textContent, leaving: band.dataset.d, origin: band };
  }
  const seat = element.closest(`${SEAT}[data-person]`);
  const from = seat ?? element.closest("[data-candidate]");
  if (!from) return null;
  const name = from.querySelector("[data-name]").textContent;
  return { person: from.dataset.person, name, leaving: seat?.dataset.seat ?? null, origin: from };
}

function ofTurn(turn) {
  const { row, day } = cellOf(turn);
  const { d: leaving, position } = turn.dataset;
  return { person: row.dataset.person, name: nameOf(row), leaving, position, day, origin: turn };
}

function nameOf(row) {
  return row.querySelector(".name").textContent;
}

// The place under a hand.
export function placeAt(element) {
  return element?.closest?.(PLACE) ?? element?.closest?.(".load td")?.querySelector(TURN) ?? null;
}

// All places that may matter to whoever is held.
export function places(held) {
  return [...document.querySelectorAll(PLACE)].filter((place) => targetOf(place, held));
}

// What the service is asked about a place; null where whoever is held cannot go.
export function targetOf(place, held) {
  if (place.matches(TURN)) return turnTarget(place, held);
  if (place.matches(SEAT)) {
    return { duty: place.dataset.seat, position: place.dataset.position, instead: place.dataset.person ?? null };
  }
  return { duty: place.dataset.d, position: null, instead: null };
}

// On somebody's duty of that day: both change places. On their free day: they take this very seat.
function turnTarget(turn, held) {
  const { row, day } = cellOf(turn);
  const { person } = row.dataset;
  if (held.day === undefined || day !== held.day || person === held.person) return null;
  if (turn.dataset.d) return { duty: turn.dataset.d, position: turn.dataset.position, instead: person };
  return { duty: held.leaving, position: held.position, instead: held.person, person };
}

// Whether this is where they were taken from.
export function isOrigin(place, held) {
  return !place.matches(TURN) && targetOf(place, held).duty === held.leaving;
}

// Why nobody can be put down here at all.
export function nowhere(place, held) {
  return place === held.origin ? held.name : word("sameDay");
}

// What is read out of a place.
export function labelOf(place) {
  if (!place.matches(TURN)) return place.getAttribute("aria-label") ?? "";
  const { row, cell } = cellOf(place);
  const day = row.closest("table").querySelectorAll("thead th")[cell.cellIndex].textContent;
  return [nameOf(row), day, place.textContent].map((text) => text.trim()).join(" ");
}

// Where the keys begin to look: a band of the board for somebody who was picked up in the panel.
export function startOf(held, element) {
  return bandOf(held.leaving ?? element.closest("[data-panel-duty]")?.dataset.panelDuty ?? "");
}
