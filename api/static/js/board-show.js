// Puts new states of the board in place without a page load, and opens the panel of a duty.

import { TURN, bandOf, cellOf, unspeak, walkTo } from "./board-desk.js";
import { part } from "./page.js";

const REPLACED = ["top", "desk"];
const SCROLLED = [".sheet-area", ".panel", ".side .tree"];
const SHOWN = new Event("board:shown");
let asking = 0; // Only the latest answer is shown when somebody clicks faster than the service answers.

export function shown() {
  document.dispatchEvent(SHOWN);
}

// Fetches a page of ours and puts its top and desk in place of those shown, keeping the reader's place.
export async function show(url, { keep = false, body = null } = {}) {
  document.body.classList.add("busy");
  const options = { headers: { Accept: "text/html" } };
  if (body) Object.assign(options, { method: "POST", body });
  const mine = ++asking;
  const answer = await fetch(url, options);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asking) return;
  document.body.classList.remove("busy");
  if (!REPLACED.every((id) => found.getElementById(id))) {
    // Something else came back: a conflict or another error, on a page of its own.
    document.title = found.title;
    document.body.replaceWith(found.body);
    history.replaceState(null, "", answer.url);
    return;
  }
  const places = SCROLLED.map((s) => [s, document.querySelector(s)]).map(([s, e]) => [s, e?.scrollLeft, e?.scrollTop]);
  const focus = focusNow();
  for (const id of REPLACED) document.getElementById(id).replaceWith(found.getElementById(id));
  document.title = found.title;
  for (const [selector, left, top] of places) document.querySelector(selector)?.scrollTo({ left, top, behavior: "instant" });
  if (answer.url !== location.href) history[keep || body ? "replaceState" : "pushState"](null, "", answer.url);
  focus();
  shown();
}

// What has the focus, as something that can be found again when its element has been replaced.
function focusNow() {
  const held = document.activeElement;
  if (!held || held === document.body) return () => {};
  if (held.matches(".band[data-d]")) return () => bandOf(held.dataset.d)?.focus({ preventScroll: true });
  if (held.matches(TURN)) {
    const { row, day } = cellOf(held);
    return () => {
      const turn = document.getElementById(row.id)?.children[day]?.querySelector(TURN);
      if (turn) walkTo(turn);
    };
  }
  const { name, form, selectionStart } = held;
  if (!name || !form?.matches("[data-swap-get]")) return () => {};
  return () => {
    const field = document.querySelector(`[data-swap-get] [name="${name}"]`);
    field?.focus({ preventScroll: true });
    if (field?.type === "search") field.setSelectionRange(selectionStart, selectionStart);
  };
}

// Opens or changes the panel alone.
export async function showPanel(url, { push = true, focus = true } = {}) {
  const asked = new URL(url, location.href);
  const panel = document.getElementById("panel");
  panel.setAttribute("aria-busy", "true");
  const mine = ++asking;
  const answer = await fetch(seatOf(asked), { headers: { Accept: "text/html" } });
  const html = await answer.text();
  if (mine !== asking) return;
  panel.removeAttribute("aria-busy");
  if (!answer.ok || answer.redirected) {
    location.assign(asked);
    return;
  }
  unspeak();
  panel.innerHTML = html;
  panel.hidden = false;
  document.getElementById("desk").classList.add("with-panel");
  mark(asked.searchParams.get("duty"));
  if (push) history.pushState(null, "", asked);
  document.dispatchEvent(new Event("board:panel"));
  if (focus) {
    panel.scrollTo(0, 0);
    panel.querySelector("h2")?.setAttribute("tabindex", "-1");
    panel.querySelector("h2")?.focus({ preventScroll: true });
  }
}

export function seatOf(url) {
  const seat = part(url);
  seat.pathname = seat.pathname.replace(/\/?$/, "/seat");
  return seat;
}

function mark(duty) {
  document.querySelector(".band.chosen")?.classList.remove("chosen");
  if (duty) bandOf(duty)?.classList.add("chosen");
}

export function closePanel(url) {
  const band = document.querySelector(".band.chosen");
  document.getElementById("panel").hidden = true;
  document.getElementById("panel").innerHTML = "";
  document.getElementById("desk").classList.remove("with-panel");
  mark(null);
  history.pushState(null, "", url);
  band?.focus({ preventScroll: true });
}
