// What a script adds to a volunteer's page: it stays readable without a network, and an address can be copied.

const home = document.body.dataset.home;

if (home && "serviceWorker" in navigator) {
  // Private windows and some browsers inside other apps allow no worker: the page is then read online only.
  navigator.serviceWorker.register(`${home}/worker.js`, { scope: home }).catch((error) => console.info(error.message));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Without https there is no clipboard: select the text, so that it can be copied by hand.
      document.querySelector("[data-select]")?.select();
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
  });
}

for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());

const install = document.querySelector("[data-install]");
window.addEventListener("beforeinstallprompt", (event) => {
  if (!install) return;
  event.preventDefault();
  install.hidden = false;
  install.addEventListener("click", () => event.prompt(), { once: true });
});
