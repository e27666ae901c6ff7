// What a check finds wrong: fetched beside the board, shown as a list and as marks on cells and people.

import { bandOf, facts, word } from "./board-desk.js";
import { part } from "./page.js";
import { showPanel } from "./board-show.js";

let asked = 0;

export async function look() {
  const { findings } = facts();
  const list = document.getElementById("findings");
  if (!findings || !list) return;
  const mine = ++asked;
  const answer = await fetch(part(findings), { headers: { Accept: "text/html" } });
  const html = answer.ok && !answer.redirected ? await answer.text() : "";
  if (mine !== asked || !html || !list.isConnected) return;
  list.innerHTML = html;
  const count = Number(list.querySelector("[data-count]").dataset.count);
  document.querySelector("[data-badge]").textContent = count ? word("violations", { count }) : word("fine");
  document.getElementById("badge").classList.toggle("bad", count > 0);
  mark(list);
}

function mark(list) {
  for (const finding of list.querySelectorAll("[data-person]")) {
    const text = finding.firstChild.textContent + finding.childNodes[1].textContent.trimEnd();
    for (const jump of finding.querySelectorAll("[data-jump]")) warn(bandOf(jump.dataset.jump), text);
    warn(document.getElementById(`p-${finding.dataset.person}`)?.querySelector("th"), text);
  }
  for (const hole of list.querySelectorAll("[data-hole]")) {
    const { hole: duty, position } = hole.dataset;
    const link = document.querySelector(`.holes [data-hole="${CSS.escape(duty)}"][data-position="${CSS.escape(position)}"]`);
    if (link) link.title = hole.lastElementChild.textContent;
  }
}

function warn(place, text) {
  if (!place) return;
  if (!place.querySelector(".wrong")) {
    const mark = document.createElement("i");
    mark.className = "wrong";
    mark.textContent = "!";
    (place.querySelector(".who") ?? place).after(mark);
    if (!place.matches(".band")) place.append(mark);
  }
  place.title = place.title.includes(text) ? place.title : [place.title, text].filter(Boolean).join("\n");
  if (place.matches(".band") && !place.getAttribute("aria-label").includes(text)) {
    place.setAttribute("aria-label", `${place.getAttribute("aria-label")}. ${text}`);
  }
}

// A finding leads to its cell, if that is on this board.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-jump]");
  const band = link && bandOf(link.dataset.jump);
  if (!band || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.getElementById("badge").open = false;
  band.scrollIntoView({ block: "center", inline: "center" });
  band.focus({ preventScroll: true });
  showPanel(link.href, { focus: false }).catch(() => location.assign(link.href));
});

document.addEventListener("board:shown", () => { look(); });
