// Fills in a piece of the page that takes a moment to work out; without a script or a network its link stays.

for (const place of document.querySelectorAll("[data-piece]")) {
  fetch(place.dataset.piece)
    .then(async (answer) => {
      if (answer.ok) place.innerHTML = await answer.text();
    })
    .catch((error) => console.info(error.message));
}
