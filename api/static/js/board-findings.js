// What a check finds wrong: fetched beside the board, shown as a list and as marks on cells and people.

import { bandOf, facts, turnOf, walkTo, word } from "./board-desk.js";
import { part } from "./page.js";
import { showPanel } from "./board-show.js";

const reasons = new Map(); // "duty position" → why the seat is empty.
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
    for (const jump of finding.querySelectorAll("[data-jump]")) warn(cellOfFinding(jump), text);
    warn(document.getElementById(`p-${finding.dataset.person}`)?.querySelector("th"), text);
  }
  for (const hole of list.querySelectorAll("[data-hole]")) {
    const { hole: duty, position } = hole.dataset;
    reasons.set(`${duty} ${position}`, hole.lastElementChild.textContent);
  }
  because();
}

// Why seats are empty, under their names in the row of vacancies, which has kept room for it; the whole of it in the
// panel. What is known already stands there at once when the board is put in place anew.
function because() {
  for (const link of document.querySelectorAll(".holes [data-hole]")) {
    const text = reasons.get(`${link.dataset.hole} ${link.dataset.position}`);
    if (!text) continue;
    link.title = text;
    link.querySelector(".because").textContent = text;
  }
}

// The band of a finding, or in the view by person the duty of whom it is about.
function cellOfFinding(jump) {
  return bandOf(jump.dataset.jump) ?? turnOf(jump.closest("[data-person]")?.dataset.person, jump.dataset.jump);
}

function warn(place, text) {
  if (!place) return;
  if (!place.querySelector(".wrong")) {
    const mark = document.createElement("i");
    mark.className = "wrong";
    mark.textContent = "!";
    const name = place.querySelector(".name");
    if (name) name.after(mark);
    else if (place.matches(".band")) place.querySelector(".who").after(mark);
    else place.append(mark);
  }
  place.title = place.title.includes(text) ? place.title : [place.title, text].filter(Boolean).join("\n");
  if (place.matches(".band") && !place.getAttribute("aria-label").includes(text)) {
    place.setAttribute("aria-label", `${place.getAttribute("aria-label")}. ${text}`);
  }
}

// A finding leads to its cell, if that is on this board.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-jump]");
  const cell = link && cellOfFinding(link);
  if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.getElementById("badge").open = false;
  cell.scrollIntoView({ block: "center", inline: "center" });
  walkTo(cell);
  if (document.getElementById("panel")) showPanel(link.href, { focus: false }).catch(() => location.assign(link.href));
});

document.addEventListener("board:shown", () => {
  because();
  look();
});
