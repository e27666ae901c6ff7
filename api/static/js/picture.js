// A picture of the table on the page, for a group chat: drawn here, so that no name leaves for another server.

const SCALE = 2; // pixels a point, so that small characters stay sharp on a phone
const MOST_ROWS = 48; // more go onto a second picture: very long ones are shrunk until nobody can read them
const WIDEST = 210;
const PAD = 8;
const LINE = 19;
const NARROWEST = 560;
const FONT = '14px "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
const TITLE = `bold ${FONT.replace("14px", "22px")}`;

const bar = document.querySelector("[data-picture]");
const table = document.querySelector(".leaf table.duty-sheet");
if (bar && table) document.fonts.ready.then(show);

function show() {
  const sheet = read(table);
  const pens = { ink: colour("--ink"), mute: colour("--mute"), line: colour("--line-strong") };
  const album = document.querySelector(".pictures");
  const parts = split(sheet.rows);
  parts.forEach((rows, i) => {
    const name = parts.length > 1 ? `${bar.dataset.name} ${bar.dataset.part.replace("{n}", i + 1)}` : bar.dataset.name;
    const address = draw({ ...sheet, rows, title: name }, pens).toDataURL("image/png");
    const picture = Object.assign(new Image(), { src: address, alt: `${bar.dataset.alt}: ${name}` });
    album.append(picture);
    const save = Object.assign(document.createElement("a"), { href: address, download: `${name}.png`, className: "btn" });
    save.textContent = parts.length > 1 ? `${bar.dataset.save} ${i + 1}` : bar.dataset.save;
    bar.append(save);
  });
  album.hidden = false;
}

// What stands in each cell, with the colours that the page gives it.
function read(from) {
  const cell = (node) => {
    const style = getComputedStyle(node);
    const missing = node.querySelector(".missing")?.textContent ?? "";
    const text = missing ? node.textContent.slice(0, node.textContent.lastIndexOf(missing)) : node.textContent;
    return {
      text: text.trim(), missing, red: colour("--gap"), down: node.rowSpan, moon: Boolean(node.querySelector(".moon")),
      ink: style.color, ground: style.backgroundColor, bold: Number(style.fontWeight) >= 600, centre: style.textAlign === "center",
    };
  };
  return {
    title: from.caption.textContent,
    heads: [...from.tHead.rows[0].cells].map(cell),
    rows: [...from.tBodies[0].rows].map((row) => [...row.cells].map(cell)),
    foot: [...from.tFoot.rows[0].cells[0].children].map((part) => part.textContent).join("    "),
  };
}

// Whole days (or posts) stay together: a new picture begins with a row that has all its cells.
function split(rows) {
  const parts = [[]];
  for (let at = 0; at < rows.length; ) {
    const group = rows.slice(at, at + rows[at][0].down);
    if (parts.at(-1).length && parts.at(-1).length + group.length > MOST_ROWS) parts.push([]);
    parts.at(-1).push(...group);
    at += group.length;
  }
  return parts;
}

function draw(sheet, pens) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.font = FONT;
  const count = sheet.heads.length;
  const all = [sheet.heads, ...sheet.rows];
  const natural = sheet.heads.map((_, column) => {
    const own = all.map((row) => row[column - (count - row.length)]).filter(Boolean);
    const widest = Math.max(...own.map((cell) => widestLine(pen, cell)));
    return Math.ceil(Math.min(WIDEST, widest + (own.some((cell) => cell.moon) ? 16 : 0))) + 2 * PAD;
  });
  pen.font = TITLE;
  const wanted = Math.max(NARROWEST, pen.measureText(sheet.title).width);
  const wider = Math.max(1, wanted / natural.reduce((a, b) => a + b, 0));
  const widths = natural.map((width) => Math.ceil(width * wider));
  const heights = all.map((row) => {
    const shift = count - row.length;
    const lines = row.map((cell, i) => (cell.down > 1 ? 1 : folded(pen, cell, widths[i + shift]).length));
    return Math.max(...lines) * LINE + PAD + 2;
  });
  const [left, top, below] = [24, 72, 56];
  const width = widths.reduce((a, b) => a + b, 0) + 2 * left;
  const height = heights.reduce((a, b) => a + b, 0) + top + below;
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  Object.assign(pen, { fillStyle: pens.ink, textAlign: "center", textBaseline: "middle", font: TITLE });
  pen.fillText(sheet.title, width / 2, top / 2, width - 2 * left);
  let y = top;
  all.forEach((row, at) => {
    const shift = count - row.length;
    let x = left + widths.slice(0, shift).reduce((a, b) => a + b, 0);
    row.forEach((cell, i) => {
      const high = heights.slice(at, at + cell.down).reduce((a, b) => a + b, 0);
      box(pen, cell, x, y, widths[i + shift], high, pens);
      x += widths[i + shift];
    });
    y += heights[at];
  });
  Object.assign(pen, { fillStyle: pens.mute, textAlign: "left", font: FONT.replace("14px", "13px") });
  pen.fillText(sheet.foot, left, y + below / 2 - 4, width - 2 * left);
  return canvas;
}

function box(pen, cell, x, y, width, height, pens) {
  pen.fillStyle = cell.ground === "rgba(0, 0, 0, 0)" ? "#fff" : cell.ground;
  pen.fillRect(x, y, width, height);
  Object.assign(pen, { strokeStyle: pens.line, lineWidth: 1 });
  pen.strokeRect(x + 0.5, y + 0.5, width, height);
  const lines = folded(pen, cell, width);
  const first = y + height / 2 - ((lines.length - 1) * LINE) / 2;
  pen.textAlign = cell.centre ? "center" : "left";
  lines.forEach(([line, red], i) => {
    pen.font = cell.bold || red ? `bold ${FONT}` : FONT;
    pen.fillStyle = red ? cell.red : cell.ink;
    const said = cell.moon && i === 0 ? `☾ ${line}` : line;
    pen.fillText(said, cell.centre ? x + width / 2 : x + PAD, first + i * LINE, width - PAD);
  });
}

// The lines of a cell, each with whether it is red.
function folded(pen, cell, width) {
  pen.font = fontOf(cell);
  const lines = cell.text ? fold(pen, cell.text, width - 2 * PAD).map((line) => [line, false]) : [];
  const red = cell.missing ? fold(pen, cell.missing, width - 2 * PAD).map((line) => [line, true]) : [];
  return lines.length + red.length ? [...lines, ...red] : [["", false]];
}

function fold(pen, text, room) {
  const lines = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    // Chinese breaks anywhere, a word of letters or digits only where it must.
    for (const piece of paragraph.match(/[\w*:–.-]+\s?|./gu) ?? [""]) {
      if (line && pen.measureText(line + piece.trimEnd()).width > room) {
        lines.push(line.trimEnd());
        line = "";
      }
      line += piece;
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

function widestLine(pen, cell) {
  pen.font = fontOf(cell);
  const lines = [cell.text, cell.missing].filter(Boolean).join("\n").split("\n");
  return Math.max(...lines.map((line) => pen.measureText(line).width));
}

function fontOf(cell) {
  return cell.bold || cell.missing ? `bold ${FONT}` : FONT;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
