// Follows a solve by its event stream: figures, a small chart, and what to do when it is over.

export function follow(section, whenOver) {
  const stream = new EventSource(section.dataset.solve);
  const seen = [];
  let shown = null;
  const tick = setInterval(() => shown && advance(section, shown, seen), 250);

  stream.addEventListener("progress", (event) => {
    const solve = JSON.parse(event.data);
    shown = { solve, at: performance.now() };
    say(section, solve);
    if (solve.progress) {
      fill(section, solve.progress);
      seen.push(solve.progress);
    }
  });
  stream.addEventListener("end", () => {
    close();
    whenOver();
  });

  // A stream that the service refuses does not come back by itself: look again a little later.
  stream.addEventListener("error", () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(whenOver, 3000);
  });

  function close() {
    clearInterval(tick);
    stream.close();
  }
  return close;
}

function say(section, solve) {
  const words = {
    queued: solve.state === "queued",
    running: solve.state !== "queued" && !solve.stop_requested,
    stopping: solve.stop_requested,
  };
  for (const [name, on] of Object.entries(words)) {
    const found = section.querySelector(`[data-say="${name}"]`);
    if (found) found.hidden = !on;
  }
}

function fill(section, p) {
  const figures = {
    vacancies: p.vacancies,
    objective: p.objective,
    bound: p.bound === null ? null : Math.round(p.bound),
    gap: p.gap === null ? null : `${(100 * p.gap).toFixed(1)}%`,
  };
  for (const [name, value] of Object.entries(figures)) {
    section.querySelector(`[data-figure="${name}"]`).textContent = value ?? "–";
  }
}

// Between two events the clock goes on by itself.
function advance(section, { solve, at }, seen) {
  if (solve.state !== "running") return;
  const since = solve.progress ? (performance.now() - at) / 1000 : (Date.now() - Date.parse(solve.started_at)) / 1000;
  const seconds = Math.max(0, Math.min(solve.seconds, (solve.progress?.seconds ?? 0) + since));
  section.querySelector('[data-figure="seconds"]').textContent = Math.round(seconds);
  section.querySelector("progress").value = seconds;
  if (seen.length) draw(section, [...seen, { ...seen[seen.length - 1], seconds }], solve.seconds);
}

function draw(section, seen, limit) {
  const best = seen.filter((p) => p.objective !== null);
  if (!best.length) return;
  const bounds = seen.filter((p) => p.bound !== null);
  // The first rosters are far off; the scale follows the better half, so that the end can be seen.
  const values = best.map((p) => p.objective).sort((a, b) => a - b);
  const top = values[Math.floor(values.length * 0.8)] * 1.02 || 1;
  const low = Math.min(values[0], ...bounds.map((p) => p.bound)) * 0.98;
  const point = (seconds, value) => {
    const x = (300 * Math.min(seconds, limit)) / limit;
    const y = 70 - (66 * (Math.min(value, top) - low)) / (top - low || 1);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  section.querySelector(".best").setAttribute("points", best.map((p) => point(p.seconds, p.objective)).join(" "));
  section.querySelector(".bound").setAttribute("points", bounds.map((p) => point(p.seconds, p.bound)).join(" "));
}
