// Waits for a repair and shows its alternatives when they are there.

const section = document.querySelector("[data-wait]");
if (section) {
  const stream = new EventSource(section.dataset.wait);
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });
}
