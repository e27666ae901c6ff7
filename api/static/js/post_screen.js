// A post's screen: asks for the next codes when these run out, and says so when the service does not answer.

let left = start();

function start() {
  return Number(document.getElementById("codes").dataset.left);
}

async function renew() {
  const asked = new URL(location.href);
  asked.searchParams.set("part", "1");
  const answer = await fetch(asked, { headers: { Accept: "text/html" } });
  if (answer.status === 410) location.reload(); // the link is over: its page says so
  if (!answer.ok) throw new Error(String(answer.status));
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("codes");
  document.getElementById("codes").replaceWith(found);
  left = start();
}

setInterval(() => {
  left -= 1;
  document.querySelector("#codes progress").value = Math.max(0, left);
  if (left > 0) return;
  left = 3; // so long until the next try, should this one fail
  const stale = document.getElementById("stale");
  renew().then(() => (stale.hidden = true), () => (stale.hidden = false));
}, 1000);
