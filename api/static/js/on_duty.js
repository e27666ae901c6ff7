// Keeps "who is on duty now" fresh without disturbing whoever opens a post or types a note.

const EVERY = 1000 * Number(document.getElementById("on-duty")?.dataset.every ?? 30);

function busy() {
  const shown = document.getElementById("on-duty");
  const typed = [...shown.querySelectorAll("input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);
  return document.hidden || typed || shown.querySelector(".excuse[open]") || shown.contains(document.activeElement);
}

async function refresh() {
  if (busy()) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    // The link is over, or somebody signed out: the page itself says which.
    if (answer.status < 500) location.reload();
    return;
  }
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("on-duty");
  const shown = document.getElementById("on-duty");
  if (!found || busy()) return;
  for (const post of shown.querySelectorAll("details.post")) {
    const same = found.querySelector(`#${CSS.escape(post.id)}`);
    if (same) same.open = post.open;
  }
  shown.replaceWith(found);
}

function look() {
  const stale = document.getElementById("stale");
  refresh().then(() => (stale.hidden = true), () => (stale.hidden = false));
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
