// Finds people while their name is typed; without it the button “find” does the same.

const field = document.querySelector("[data-find]");
const found = document.getElementById("found");
if (field && found) {
  let asked = 0;
  let waiting;
  const look = async () => {
    const mine = ++asked;
    const address = new URL(field.dataset.find, location.href);
    address.searchParams.set("q", field.value);
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected || mine !== asked) return;
    found.innerHTML = await answer.text();
  };
  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 150);
  });
  field.addEventListener("compositionend", look);
  // Enter takes the one who is found, so that a name and Enter are enough.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const only = found.querySelectorAll("button");
    if (only.length === 1) {
      event.preventDefault();
      only[0].click();
    }
  });
}
