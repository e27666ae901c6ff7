// The week board without page loads: cells open in the panel, edits and filters put a new state in place.

import { TURN, neighbour, walkTo } from "./board-desk.js";
import { carrying } from "./board-carry.js";
import { arm, edit, operationOf, redo, undo } from "./board-edit.js";
import "./board-findings.js";
import { anyPicked, clear } from "./board-select.js";
import { part } from "./page.js";
import { closePanel, seatOf, show, showPanel, shown } from "./board-show.js";
import { follow } from "./solving.js";

let stopFollowing = null;

document.addEventListener("board:shown", () => {
  stopFollowing?.();
  stopFollowing = null;
  const solving = document.querySelector("[data-solve]");
  if (solving) stopFollowing = follow(solving, () => show(location.href, { keep: true }));
  arm();
});
shown();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo]")) undo();
  if (event.target.closest("[data-redo]")) redo();
  const menu = event.target.closest(".bar-top .menu a")?.closest("details");
  if (menu) menu.open = false;
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
  if (event.defaultPrevented) return;
  if (form.matches("[data-edit]")) {
    event.preventDefault();
    document.getElementById("dialog").close();
    edit(operationOf(form), form.dataset.says);
  } else if (form.matches("[data-swap]")) {
    event.preventDefault();
    show(form.getAttribute("action"), { body: new URLSearchParams(new FormData(form)) }).catch(() => form.submit());
  } else if (form.matches("[data-swap-get]")) {
    event.preventDefault();
    filter(form);
  } else if (form.matches("[data-dialog-get]")) {
    event.preventDefault();
    again(form);
  } else if (form.matches("[data-panel-search]")) {
    event.preventDefault();
    find(form);
  }
});

// What is looked for takes effect while it is being typed or chosen; what is empty is not in the address.
function filter(form) {
  const wanted = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const duty = new URL(location.href).searchParams.get("duty");
  if (duty) wanted.set("duty", duty);
  show(`${location.pathname}?${wanted}`).catch(() => form.submit());
}

// A form inside the dialog whose answer is the dialog again.
async function again(form) {
  const asked = new URL(form.getAttribute("action"), location.href);
  asked.search = new URLSearchParams(new FormData(form)).toString();
  const answer = await fetch(part(asked), { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) document.getElementById("dialog").innerHTML = await answer.text();
  else location.assign(asked);
}

let typing = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-panel-search], [data-swap-get]");
  if (!form) return;
  clearTimeout(typing);
  const act = () => (form.matches("[data-swap-get]") ? filter(form) : find(form));
  typing = setTimeout(act, event.target.matches("select") ? 0 : 300);
});

// The verdict on a person comes while the name is being typed.
async function find(form) {
  const asked = new URL(form.getAttribute("action"), location.href);
  asked.search = new URLSearchParams(new FormData(form)).toString();
  const answer = await fetch(seatOf(asked), { headers: { Accept: "text/html" } });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
  const before = document.getElementById("found");
  if (found && before && form.isConnected) before.replaceWith(found);
}

window.addEventListener("popstate", () => show(location.href, { keep: true }));

// Arrow keys walk over the bands of the grid; Escape clears what is selected, then closes the panel.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.matches("input, textarea")) {
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
    return;
  }
  if (event.key === "Escape") {
    if (anyPicked()) clear();
    else if (!carrying()) document.querySelector("[data-close-panel]")?.click();
    return;
  }
  const cell = event.target.closest?.(`.band, ${TURN}`);
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!cell || !step) return;
  const next = neighbour(cell, ...step);
  if (next) {
    event.preventDefault();
    walkTo(next);
  }
});
