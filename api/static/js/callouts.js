// Keeps the list of call-outs as it stands: while one is under way, and somebody looks, it is asked for again.

const EVERY_MS = 4000;
const list = document.getElementById("callouts");
if (list) {
  let last = "";
  const look = async () => {
    const open = list.querySelector("details[open]");
    if (!document.hidden && !document.body.classList.contains("busy") && !open) {
      const answer = await fetch(list.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.redirected) return;
      if (answer.ok) show(await answer.text());
    }
    const wait = list.querySelector("[data-under-way]") ? EVERY_MS : 5 * EVERY_MS;
    setTimeout(look, wait);
  };
  const show = (html) => {
    // Tokens differ from answer to answer; nothing else may make the page flicker.
    const said = html.replace(/name="csrf_token" value="[^"]*"/g, "");
    if (said === last) return;
    last = said;
    const held = document.activeElement?.id;
    list.innerHTML = html;
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  };
  setTimeout(look, EVERY_MS);
}
