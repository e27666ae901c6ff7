// Somebody is picked up and dropped on another seat: by mouse, finger, or keys. While they are held, every seat in view
// says whether they may be dropped there, and the one under the hand says why.

import { CELL, bandOf, call, editable, facts, speak, unspeak, which, word } from "./board-desk.js";
import { edit } from "./board-edit.js";

const SEAT = "[data-seat]";
const AT_ONCE = 30; // Seats that one call asks about: a large town takes some milliseconds for each.
const MOVED = 6; // Pixels that make a press of the mouse a drag.
const HELD = 350; // Milliseconds that make a touch a drag.
const EDGE = 44; // Pixels beside the edge of the board in which it scrolls along.

let held = null; // { person, name, leaving, origin, byKeys, answers, waiting, over, x, y }

export function carrying() {
  return held !== null;
}

// --- picking up ---------------------------------------------------------------------------------------
function source(element) {
  const band = element.closest(CELL);
  if (band?.dataset.p) {
    return { person: band.dataset.p, name: band.querySelector(".who").textContent, leaving: band.dataset.d, origin: band };
  }
  const seat = element.closest(`${SEAT}[data-person]`);
  const candidate = element.closest("[data-candidate]");
  const from = seat ?? candidate;
  if (!from) return null;
  const name = from.querySelector("[data-name]").textContent;
  return { person: from.dataset.person, name, leaving: seat?.dataset.seat ?? null, origin: from };
}

export function pickUp(element, byKeys) {
  const found = editable() ? source(element) : null;
  if (!found) {
    if (element.matches(CELL)) speak(word("nobody"));
    return;
  }
  held = { ...found, byKeys, answers: new Map(), waiting: [], over: null, asking: false };
  document.body.classList.add("carrying");
  held.origin.classList.add("lifted");
  if (byKeys) {
    speak(word("held", { name: held.name }));
    if (!element.matches(CELL)) bandOf(held.leaving ?? element.closest("[data-panel-duty]")?.dataset.panelDuty ?? "")?.focus();
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
function targetOf(element) {
  const seat = element?.closest?.(SEAT);
  if (seat) return { duty: seat.dataset.seat, position: seat.dataset.position, instead: seat.dataset.person ?? null };
  const band = element?.closest?.(CELL);
  return band ? { duty: band.dataset.d, position: null, instead: null } : null;
}

function keyOf(target) {
  return JSON.stringify(target);
}

// Everything in view is asked about, what is nearest to the hand first.
function prefetch() {
  const inView = [...document.querySelectorAll(`${SEAT}, ${CELL}`)].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  });
  for (const element of inView) enqueue(element);
}

function enqueue(element, first = false) {
  const target = targetOf(element);
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
  const there = element?.closest?.(`${SEAT}, ${CELL}`) ?? null;
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
  const answer = element ? held.answers.get(keyOf(targetOf(element))) : null;
  if (!element) {
    hint.textContent = held.name;
    hint.className = "hint num";
  } else if (!answer) {
    hint.textContent = word("asking");
    hint.className = "hint num";
  } else {
    hint.textContent = sentence(answer);
    hint.className = `hint num ${answer.legal ? "yes" : "no"}`;
    const where = held.byKeys ? `${element.getAttribute("aria-label") ?? ""}. ` : "";
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

function place() {
  const hint = document.getElementById("hint");
  if (!held || hint.hidden) return;
  const box = held.byKeys ? held.over?.getBoundingClientRect() : null;
  const x = box ? box.left : held.x ?? 0;
  const y = box ? box.bottom : held.y ?? 0;
  hint.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - hint.offsetWidth - 8))}px`;
  hint.style.top = `${y + 18 + hint.offsetHeight > innerHeight ? y - hint.offsetHeight - 12 : y + 12}px`;
}

// --- dropping -----------------------------------------------------------------------------------------
async function drop(element) {
  const there = element?.closest?.(`${SEAT}, ${CELL}`);
  if (!there) {
    letGo(true);
    return;
  }
  const target = targetOf(there);
  let answer = held.answers.get(keyOf(target));
  if (!answer) {
    const { person, leaving } = held;
    const asked = await call("POST", `${which()}/targets`, { person, leaving, targets: [target] });
    if (!asked.ok) {
      letGo();
      speak(asked.body.message, "warn");
      return;
    }
    [answer] = asked.body.items;
  }
  if (target.duty === held.leaving && !answer.add.length) {
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
  const grip = event.target.closest(`${CELL}[data-p], [data-carry], ${SEAT} [data-name], [data-candidate] [data-name]`);
  if (!grip) return;
  const touch = event.pointerType !== "mouse";
  pressed = { grip, x: event.clientX, y: event.clientY, touch, timer: null };
  if (touch) pressed.timer = setTimeout(() => lift(event.clientX, event.clientY), HELD);
});

function lift(x, y) {
  const { grip } = pressed;
  pressed = null;
  pickUp(grip, false);
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
  if (editable() && event.target.closest?.(CELL)) event.preventDefault();
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

function scrollAlong() {
  if (!held || held.byKeys) return;
  const area = document.querySelector(".sheet-area");
  const box = area.getBoundingClientRect();
  if (held.x > box.left && held.x < box.right) {
    if (held.y < box.top + EDGE) area.scrollBy(0, -14);
    else if (held.y > box.bottom - EDGE) area.scrollBy(0, 14);
  }
  requestAnimationFrame(scrollAlong);
}

document.addEventListener("scroll", () => {
  if (held) prefetch();
}, { capture: true, passive: true });

// --- the keys -----------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const band = event.target.closest?.(CELL);
  if (held && event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    letGo(true);
  } else if (held?.byKeys && band && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    drop(band);
  } else if (!held && band && event.key === " " && facts().editable) {
    event.preventDefault();
    pickUp(band, true);
  }
}, true);

document.addEventListener("focusin", (event) => {
  if (held?.byKeys) over(event.target);
});

// A press of the grip picks up without dragging; the next press on a seat puts down.
document.addEventListener("click", (event) => {
  const grip = event.target.closest?.("[data-carry]");
  if (held?.byKeys && event.target.closest?.(`${SEAT}, ${CELL}`) && !grip) {
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
