// The id that a new town will get is shown while its English name is typed, as long as nobody has chosen another one.
const id = document.querySelector("[data-suggest]");
const from = id && document.getElementById(id.dataset.suggest);
const otherwise = id?.placeholder;

from?.addEventListener("input", () => {
  const plain = from.value.normalize("NFKD").replace(/[^\x20-\x7e]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  id.placeholder = plain.slice(0, 55).replace(/^-+|-+$/g, "") || otherwise;
});
