// What every page can do: dialogs from links, questions before doing, copying, selecting.

const dialog = document.getElementById("dialog");

export function part(url) {
  const asked = new URL(url, location.href);
  asked.searchParams.set("part", "1");
  return asked;
}

export async function openDialog(url) {
  const answer = await fetch(part(url), { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) {
    location.assign(url);
    return;
  }
  dialog.innerHTML = await answer.text();
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const opener = event.target.closest("a[data-dialog]");
  if (opener) {
    event.preventDefault();
    openDialog(opener.href);
    return;
  }
  if (event.target === dialog || (dialog.open && event.target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
    return;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // A second press must not send twice; the button keeps its value because it is disabled only afterwards.
  if (event.target.method === "post") {
    const pressed = event.submitter;
    setTimeout(() => {
      if (pressed) pressed.disabled = true;
      document.body.classList.add("busy");
    });
  }
}, true);

// What the last one did on the board is not for whoever signs in next.
if (document.querySelector("#login[autocomplete=username]")) sessionStorage.clear();

// Coming back with the browser's arrow shows the page as it was left: ready again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

for (const field of document.querySelectorAll("[data-select]")) {
  field.addEventListener("focus", () => field.select());
}

async function copyText(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Without https there is no clipboard: select the text, so that Ctrl-C does it.
    document.querySelector("[data-select]")?.select();
    document.execCommand("copy");
  }
  button.textContent = button.dataset.done;
}
