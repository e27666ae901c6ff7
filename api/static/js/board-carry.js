// Somebody is picked up and dropped on another seat: by mouse, finger, or keys. While they are held, every seat in view
// says whether they may be dropped there, and the one under the hand says why.

import { CELL, TURN, call, editable, facts, speak, unspeak, which, word } from "./board-desk.js";
import { edit } from "./board-edit.js";
import { GRIPS, isOrigin, labelOf, nowhere, placeAt, places, source, startOf, targetOf } from "./board-places.js";

const CELLS = `${CELL}, ${TURN}`;
const AT_ONCE = 30; // Seats that one call asks about: a large town takes some milliseconds for each.
const MOVED = 6; // Pixels that make a press of the mouse a drag.
const HELD = 350; // Milliseconds that make a touch a drag.
const EDGE = 44; // Pixels beside the edge of the board in which it scrolls along.
const PACE = 14; // Pixels of a frame by which it does.

let held = null; // { person, name, leaving, origin, byKeys, byTouch, answers, waiting, over, x, y }

export function carrying() {
  return held !== null;
}

// --- picking up ---------------------------------------------------------------------------------------
export function pickUp(element, byKeys, byTouch = false) {
  const found = editable() ? source(element) : null;
  if (!found) {
    if (element.matches(CELLS)) speak(word("nobody"));
    return;
  }
  held = { ...found, byKeys, byTouch, answers: new Map(), waiting: [], over: null, asking: false };
  document.body.classList.add("carrying");
  held.origin.classList.add("lifted");
  if (byKeys) {
    speak(word("held", { name: held.name }));
    if (!element.matches(CELLS)) startOf(held, element)?.focus();
  }
  prefetch();
}

export function letGo(said = false) {
  if (!held) return;
  const { origin, byKeys } = held;
  held = null;
  document.body.classList.remove("carrying");
  origin.classList.remove("lifted");
  for (const seat of document.querySelectorAll(".can, .cannot, .over")) seat.classList.remove("can", "cannot", "over");
  unspeak();
  if (said) speak(word("dropped"));
  if (said && byKeys && origin.isConnected) origin.focus?.();
}

// --- live legality ------------------------------------------------------------------------------------
function keyOf(target) {
  return JSON.stringify(target);
}

// Everything in view is asked about, what is nearest to the hand first.
function prefetch() {
  const start = held.origin.getBoundingClientRect();
  const [x, y] = [held.x ?? start.left, held.y ?? start.top];
  const inView = [];
  for (const element of places(held)) {
    const { left, right, top, bottom, width } = element.getBoundingClientRect();
    if (!width || bottom < 0 || top > innerHeight || right < 0 || left > innerWidth) continue;
    inView.push({ element, far: Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y) });
  }
  inView.sort((one, other) => one.far - other.far);
  for (const { element } of inView) enqueue(element);
}

function enqueue(element, first = false) {
  const target = targetOf(element, held);
  if (!target) return;
  const key = keyOf(target);
  if (held.answers.has(key)) return;
  const known = held.waiting.findIndex((entry) => entry.key === key);
  if (known >= 0 && !first) return;
  if (known >= 0) held.waiting.splice(known, 1);
  held.waiting[first ? "unshift" : "push"]({ key, target, element });
  ask();
}

async function ask() {
  if (held.asking || !held.waiting.length) return;
  const mine = held;
  mine.asking = true;
  await new Promise((resolve) => { setTimeout(resolve); }); // What is asked for in one breath goes in one call.
  while (mine === held && mine.waiting.length) {
    const batch = mine.waiting.splice(0, mine.answers.size ? AT_ONCE : 8);
    const body = { person: mine.person, leaving: mine.leaving, targets: batch.map((entry) => entry.target) };
    const answer = await call("POST", `${which()}/targets`, body);
    if (mine !== held) return;
    if (!answer.ok) {
      speak(answer.body.message, "warn");
      break;
    }
    batch.forEach(({ key, element }, i) => {
      mine.answers.set(key, answer.body.items[i]);
      if (element !== mine.origin) element.classList.add(answer.body.items[i].legal ? "can" : "cannot");
    });
    if (mine.over) tell(mine.over);
  }
  mine.asking = false;
}

function over(element) {
  const there = placeAt(element);
  if (!held || there === held.over) {
    place();
    return;
  }
  held.over?.classList.remove("over");
  held.over = there;
  there?.classList.add("over");
  if (there) enqueue(there, true);
  tell(there);
}

// Says of the seat under the hand whether and why; beside the hand, and aloud.
function tell(element) {
  const hint = document.getElementById("hint");
  const target = element && targetOf(element, held);
  const answer = target ? held.answers.get(keyOf(target)) : null;
  if (answer) hint.textContent = sentence(answer);
  else if (target) hint.textContent = word("asking");
  else hint.textContent = element ? nowhere(element, held) : held.name;
  hint.className = `hint num ${answer ? (answer.legal ? "yes" : "no") : ""}`;
  if (answer || (element && held.byKeys && !target)) {
    const where = held.byKeys ? `${labelOf(element)}. ` : "";
    document.getElementById("spoken").textContent = where + hint.textContent;
  }
  hint.hidden = false;
  place();
}

function sentence(answer) {
  if (!answer.legal) return `✕ ${word("cannot")}: ${answer.sentence}`;
  const change = answer.vacancy_change;
  const parts = [`✓ ${word("can")}`, answer.sentence];
  if (change > 0) parts.push(word("opens", { count: answer.remove.length }));
  if (change < 0) parts.push(word("fills", { count: answer.add.length }));
  return parts.join(" · ");
}

// Below the hand; above a finger, which would hide it.
function place() {
  const hint = document.getElementById("hint");
  if (!held || hint.hidden) return;
  const box = held.byKeys ? held.over?.getBoundingClientRect() : null;
  const x = box ? box.left : held.x ?? 0;
  const y = box ? box.bottom : held.y ?? 0;
  hint.style.left = "8px"; // So that its width does not depend on where it was.
  const above = y - hint.offsetHeight - (held.byTouch ? 44 : 12);
  const below = y + (held.byTouch ? 44 : 12);
  const fits = below + hint.offsetHeight <= innerHeight;
  hint.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - hint.offsetWidth - 8))}px`;
  hint.style.top = `${(held.byTouch && above > 8) || !fits ? above : below}px`;
}

// --- dropping -----------------------------------------------------------------------------------------
async function drop(element) {
  const there = placeAt(element);
  const target = there && targetOf(there, held);
  if (!target) {
    const why = there && there !== held.origin ? nowhere(there, held) : "";
    letGo(true);
    if (why) speak(why, "warn");
    return;
  }
  let answer = held.answers.get(keyOf(target));
  if (!answer) {
    const { person, leaving } = held;
    const asked = await call("POST", `${which()}/targets`, { person, leaving, targets: [target] });
    if (!held) return;
    if (!asked.ok) {
      letGo();
      speak(asked.body.message, "warn");
      return;
    }
    [answer] = asked.body.items;
  }
  if (isOrigin(there, held) && !answer.add.length) {
    letGo(true); // Put down where they were.
    return;
  }
  letGo();
  if (!answer.add.length) {
    speak(`✕ ${answer.sentence}`, "warn");
  } else if (answer.legal || window.confirm(`${answer.sentence}\n${word("confirm")}`)) {
    await edit({ remove: answer.remove, add: answer.add }, answer.does);
  }
}

// --- the hand: mouse, pen, finger ---------------------------------------------------------------------
let pressed = null; // { element, x, y, timer, touch } before it is known whether this is a drag.

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !editable() || event.ctrlKey || event.metaKey || event.shiftKey || held) return;
  const grip = event.target.closest(GRIPS);
  if (!grip) return;
  const touch = event.pointerType !== "mouse";
  pressed = { grip, x: event.clientX, y: event.clientY, touch, timer: null };
  if (touch) pressed.timer = setTimeout(() => lift(event.clientX, event.clientY), HELD);
});

function lift(x, y) {
  const { grip, touch } = pressed;
  pressed = null;
  pickUp(grip, false, touch);
  if (!held) return;
  held.x = x;
  held.y = y;
  tell(null);
  requestAnimationFrame(scrollAlong);
}

document.addEventListener("pointermove", (event) => {
  if (pressed) {
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > MOVED;
    if (far && pressed.touch) forget();
    else if (far) lift(event.clientX, event.clientY);
  }
  if (held && !held.byKeys) {
    held.x = event.clientX;
    held.y = event.clientY;
    held.moved = true;
    over(document.elementFromPoint(event.clientX, event.clientY));
  }
});

document.addEventListener("pointerup", (event) => {
  forget();
  if (!held || held.byKeys) return;
  swallowClick();
  drop(document.elementFromPoint(event.clientX, event.clientY));
});
document.addEventListener("pointercancel", () => {
  forget();
  if (held && !held.byKeys) letGo(true);
});
document.addEventListener("dragstart", (event) => {
  if (editable() && event.target.closest?.(CELLS)) event.preventDefault();
});
document.addEventListener("touchmove", (event) => {
  if (held && !held.byKeys) event.preventDefault();
}, { passive: false });
document.addEventListener("contextmenu", (event) => {
  if (pressed?.touch || (held && !held.byKeys)) event.preventDefault();
});

function forget() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

// The click that follows a drop is no click.
function swallowClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 50);
}

// Near an edge of what can be seen of the board it moves on, and the page where the board itself cannot.
function scrollAlong() {
  if (!held || held.byKeys) return;
  const area = document.querySelector(".sheet-area");
  const box = area.getBoundingClientRect();
  const first = area.querySelector("tbody th")?.offsetWidth ?? 0; // The names stay where they are.
  const across = pull(held.x, Math.max(box.left, 0) + first, Math.min(box.right, innerWidth));
  const down = pull(held.y, Math.max(box.top, 0), Math.min(box.bottom, innerHeight));
  if (held.moved && (across || down) && held.x > box.left && held.x < box.right) {
    const before = area.scrollTop;
    area.scrollBy({ left: across, top: down, behavior: "instant" });
    if (down && area.scrollTop === before) scrollBy({ top: down, behavior: "instant" });
    over(document.elementFromPoint(held.x, held.y));
  }
  requestAnimationFrame(scrollAlong);
}

function pull(at, low, high) {
  if (at < low + EDGE) return -PACE;
  return at > high - EDGE ? PACE : 0;
}

document.addEventListener("scroll", () => {
  if (held) prefetch();
}, { capture: true, passive: true });

// --- the keys -----------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const cell = event.target.closest?.(CELLS);
  if (held && event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    letGo(true);
  } else if (held?.byKeys && cell && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    drop(cell);
  } else if (!held && cell && event.key === " " && facts().editable) {
    event.preventDefault();
    pickUp(cell, true);
  }
}, true);

document.addEventListener("focusin", (event) => {
  if (held?.byKeys) over(event.target);
});

// A press of the grip picks up without dragging; the next press on a seat puts down.
document.addEventListener("click", (event) => {
  const grip = event.target.closest?.("[data-carry]");
  if (held?.byKeys && placeAt(event.target) && !grip) {
    event.preventDefault();
    event.stopImmediatePropagation();
    drop(event.target);
  } else if (grip && !held) {
    event.preventDefault();
    pickUp(grip, true);
  }
}, true);

// The grips are for scripts alone.
function grips() {
  for (const grip of document.querySelectorAll("[data-carry]")) grip.hidden = !editable();
}
document.addEventListener("board:panel", grips);
document.addEventListener("board:shown", () => {
  if (held) letGo();
  grips();
});
