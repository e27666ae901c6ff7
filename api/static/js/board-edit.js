// Edits of the draft: each is an operation with an inverse, so that it can be undone and done again.
// The first edit of a published roster starts a draft from it. The history lives as long as the browser's tab.

import { call, editable, facts, speak, word } from "./board-desk.js";
import { show } from "./board-show.js";

const KINDS = ["remove", "add", "pin", "unpin"];
const OPPOSITE = { remove: "add", add: "remove", pin: "unpin", unpin: "pin" };
const MOST = 200;
let turn = Promise.resolve();

// One edit after the other: each is made on the state that the one before has left.
function inTurn(act) {
  const mine = turn.then(act);
  turn = mine.catch(() => {});
  return mine;
}

// Carries out an operation ({ remove, add, pin, unpin }: lists of seats) that `what` says in words; whether it was done.
export function edit(operation, what) {
  return inTurn(() => editNow(operation, what));
}

async function editNow(operation, what) {
  const history = kept();
  const number = await carriedOut(operation, what);
  if (!number) return false;
  keep({ number, undo: [...history.undo, { operation, what }].slice(-MOST), redo: [] });
  await anew();
  speak(what, "ok");
  return true;
}

export function undo() {
  return inTurn(() => step("undo", "redo", (entry) => inverse(entry.operation), "undone"));
}

export function redo() {
  return inTurn(() => step("redo", "undo", (entry) => entry.operation, "redone"));
}

async function step(from, to, operationOf, said) {
  const history = kept();
  const entry = history[from].at(-1);
  if (!entry) {
    speak(word("nothingToUndo"));
    return;
  }
  const number = await carriedOut(operationOf(entry), entry.what, true);
  if (number === null) return; // The draft was read anew, or the service was away: the entry may still fit.
  history[from] = history[from].slice(0, -1);
  if (number) history[to] = [...history[to], entry].slice(-MOST);
  keep({ ...history, number: number || history.number });
  if (number) {
    await anew();
    speak(word(said, { what: entry.what }), "ok");
  } else arm();
}

function inverse(operation) {
  return Object.fromEntries(KINDS.map((kind) => [OPPOSITE[kind], operation[kind] ?? []]));
}

// The draft's number when it was done, false when it cannot be done any more, null when it may be tried again.
async function carriedOut(operation, what, again = false) {
  if (!editable()) return null;
  if (!KINDS.some((kind) => operation[kind]?.length)) {
    speak(word("nothing"));
    return null;
  }
  document.body.classList.add("busy");
  const { state, revision, number } = facts();
  const draft = state === "draft";
  const body = Object.fromEntries(KINDS.map((kind) => [kind, (operation[kind] ?? []).map(seat)]));
  if (!draft) body.based_on = number ? Number(number) : null;
  const answer = await call("PATCH", "draft", body, draft ? { "If-Match": `"${revision}"` } : { "If-None-Match": "*" });
  document.body.classList.remove("busy");
  for (const button of document.querySelectorAll("[data-edit] button:disabled")) button.disabled = false;
  if (answer.ok) return String(answer.body.roster.number);
  if (answer.status === 412 || answer.status === 409) {
    await anew();
    speak(word("stale"), "warn");
    return null;
  }
  if (again && answer.status === 422) {
    speak(word("gone", { what }), "warn");
    return false;
  }
  const faults = (answer.body.faults ?? []).map((fault) => fault.message);
  speak(word("refused", { why: [...new Set([answer.body.message, ...faults])].join(" ") }), "warn");
  return null;
}

function seat({ person, duty, position, pinned }) {
  return pinned ? { person, duty, position, pinned } : { person, duty, position };
}

// The board as it is now, whichever version was looked at before.
async function anew() {
  const url = new URL(location.href);
  url.searchParams.delete("version");
  await show(url, { keep: true });
}

// --- what was done, kept in this tab ------------------------------------------------------------------
function place() {
  return `sanban-history ${facts().rosters}`;
}

function kept() {
  const found = JSON.parse(sessionStorage.getItem(place()) ?? "null");
  const { state, number } = facts();
  // A draft that another hand or a solve has made has another history, and what is published is done.
  return found && state === "draft" && found.number === number ? found : { number, undo: [], redo: [] };
}

function keep(history) {
  sessionStorage.setItem(place(), JSON.stringify(history));
}

// Shows whether there is anything to undo, and what.
export function arm() {
  const bar = document.querySelector("[data-history]");
  if (!bar) return;
  const history = kept();
  bar.hidden = false;
  for (const [name, key] of [["undo", "Ctrl+Z"], ["redo", "Ctrl+Shift+Z"]]) {
    const button = bar.querySelector(`[data-${name}]`);
    const last = history[name].at(-1);
    button.disabled = !last;
    button.title = last ? `${key}: ${last.what}` : key;
  }
}

// The operation that a form of the panel asks for; null when the form is not about a seat.
export function operationOf(form) {
  const field = Object.fromEntries(new FormData(form));
  const { action, duty, position, person, instead } = field;
  const at = { person, duty, position };
  const pinned = (who) => Boolean(
    document.querySelector(`[data-seat="${CSS.escape(duty)}"][data-person="${CSS.escape(who)}"][data-pinned]`),
  );
  switch (action) {
    case "add": return { add: [at] };
    case "remove": return { remove: [{ ...at, pinned: pinned(person) }] };
    case "replace": return { remove: [{ ...at, person: instead, pinned: pinned(instead) }], add: [at] };
    case "pin": return { pin: [at] };
    case "unpin": return { unpin: [at] };
    default: return null;
  }
}
