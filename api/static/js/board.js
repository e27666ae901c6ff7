// The week board without page loads: cells open in the panel, edits and filters put a new state in place.

import { part } from "./page.js";
import { follow } from "./solving.js";

const REPLACED = ["top", "desk"];
const SCROLLED = [".sheet-area", ".panel", ".side"];
let stopFollowing = null;
let asking = 0; // Only the latest answer is shown when somebody clicks faster than the service answers.

start();

function start() {
  stopFollowing?.();
  stopFollowing = null;
  const solving = document.querySelector("[data-solve]");
  if (solving) stopFollowing = follow(solving, () => show(location.href, { keep: true }));
}

// Fetches a page of ours and puts its top and desk in place of those shown, keeping the reader's place.
async function show(url, { keep = false, body = null } = {}) {
  document.body.classList.add("busy");
  const options = { headers: { Accept: "text/html" } };
  if (body) Object.assign(options, { method: "POST", body });
  const mine = ++asking;
  const answer = await fetch(url, options);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asking) return;
  if (!REPLACED.every((id) => found.getElementById(id))) {
    // Something else came back: a conflict or another error, on a page of its own.
    document.title = found.title;
    document.body.replaceWith(found.body);
    history.replaceState(null, "", answer.url);
    return;
  }
  const places = SCROLLED.map((s) => [s, document.querySelector(s)]).map(([s, e]) => [s, e?.scrollLeft, e?.scrollTop]);
  for (const id of REPLACED) document.getElementById(id).replaceWith(found.getElementById(id));
  document.title = found.title;
  for (const [selector, left, top] of places) document.querySelector(selector)?.scrollTo({ left, top, behavior: "instant" });
  if (answer.url !== location.href) history[keep || body ? "replaceState" : "pushState"](null, "", answer.url);
  document.body.classList.remove("busy");
  start();
}

// Opens or changes the panel alone.
async function showPanel(url, { push = true, focus = true } = {}) {
  const asked = new URL(url, location.href);
  const seat = part(asked);
  seat.pathname = asked.pathname.replace(/\/?$/, "/seat");
  const panel = document.getElementById("panel");
  panel.setAttribute("aria-busy", "true");
  const mine = ++asking;
  const answer = await fetch(seat, { headers: { Accept: "text/html" } });
  const html = await answer.text();
  if (mine !== asking) return;
  panel.removeAttribute("aria-busy");
  if (!answer.ok || answer.redirected) {
    location.assign(asked);
    return;
  }
  panel.innerHTML = html;
  panel.hidden = false;
  document.getElementById("desk").classList.add("with-panel");
  mark(asked.searchParams.get("duty"));
  if (push) history.pushState(null, "", asked);
  if (focus) {
    panel.scrollTo(0, 0);
    panel.querySelector("h2")?.setAttribute("tabindex", "-1");
    panel.querySelector("h2")?.focus({ preventScroll: true });
  }
}

function mark(duty) {
  document.querySelector(".band.chosen")?.classList.remove("chosen");
  for (const band of document.querySelectorAll(".band")) {
    if (duty && new URL(band.href).searchParams.get("duty") === duty) band.classList.add("chosen");
  }
}

function closePanel(url) {
  const band = document.querySelector(".band.chosen");
  document.getElementById("panel").hidden = true;
  document.getElementById("panel").innerHTML = "";
  document.getElementById("desk").classList.remove("with-panel");
  mark(null);
  history.pushState(null, "", url);
  band?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("a");
  if (!link || !document.getElementById("panel")) return;
  if (link.matches(".band, .holes a, [data-panel]")) {
    event.preventDefault();
    showPanel(link.href).catch(() => location.assign(link.href));
  } else if (link.matches("[data-close-panel]")) {
    event.preventDefault();
    closePanel(link.href);
  } else if (link.matches(".tree a")) {
    event.preventDefault();
    show(link.href).catch(() => location.assign(link.href));
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-swap]")) {
    event.preventDefault();
    show(form.getAttribute("action"), { body: new URLSearchParams(new FormData(form)) }).catch(() => form.submit());
  } else if (form.matches("[data-panel-search]")) {
    event.preventDefault();
    find(form);
  }
});

// The verdict on a person comes while the name is being typed.
let typing = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-panel-search]");
  if (!form) return;
  clearTimeout(typing);
  typing = setTimeout(() => find(form), 300);
});

async function find(form) {
  const asked = new URL(form.getAttribute("action"), location.href);
  asked.search = new URLSearchParams(new FormData(form)).toString();
  const seat = part(asked);
  seat.pathname = asked.pathname.replace(/\/?$/, "/seat");
  const answer = await fetch(seat, { headers: { Accept: "text/html" } });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
  const shown = document.getElementById("found");
  if (found && shown && form.isConnected) shown.replaceWith(found);
}

window.addEventListener("popstate", () => show(location.href, { keep: true }));

// Arrow keys walk over the bands of the grid; Escape closes the panel.
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const close = document.querySelector("[data-close-panel]");
  if (event.key === "Escape" && close) {
    close.click();
    return;
  }
  const band = event.target.closest?.(".band");
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!band || !step) return;
  const next = neighbour(band, ...step);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

function neighbour(band, across, down) {
  const cell = band.parentElement;
  const inCell = [...cell.querySelectorAll(".band")];
  const place = inCell.indexOf(band);
  if (down) {
    if (inCell[place + down]) return inCell[place + down];
    let row = cell.parentElement;
    do row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
    while (row && !row.children[cell.cellIndex]?.querySelector(".band"));
    const bands = row?.children[cell.cellIndex].querySelectorAll(".band");
    return bands && bands[down > 0 ? 0 : bands.length - 1];
  }
  const beside = across > 0 ? cell.nextElementSibling : cell.previousElementSibling;
  const bands = beside?.querySelectorAll(".band");
  return bands?.length ? bands[Math.min(place, bands.length - 1)] : null;
}
