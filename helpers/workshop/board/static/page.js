// @ts-check
// The page: numbers come from the board as long as it is open, and say so when they stop.

import { notes, parts, spoken } from "./words.js";

/** @import { Row, Told } from "./words.js" */

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 */
const find = (id) => /** @type {Kind} */ (document.getElementById(id));
const SILENCE = 8000; // milliseconds; the board says something every three seconds
const { kind = "room", base = "" } = document.body.dataset;
const lesson = /** @type {HTMLSelectElement} */ (find("lesson"));
/** @type {Told | undefined} */
let told;
let heard = 0;
let asked = 0;
/** @type {EventSource | undefined} */
let source;

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [style]
 */
function element(tag, text, style = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (style) node.className = style;
  return node;
}

/**
 * @param {Row} row
 * @param {number} seats
 */
function shown(row, seats) {
  const name = element("th", row.exercise);
  name.setAttribute("scope", "row");
  if (row.seats?.length) name.append(element("span", row.seats.join(", "), "seats"));
  const bar = element("div", "", "bar");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", spoken(row));
  for (const { state, share, text } of parts(row, seats)) {
    const part = element("span", text, state);
    part.style.setProperty("--share", `${share}`);
    bar.append(part);
  }
  const room = document.createElement("td");
  room.append(bar);
  const mistakes = document.createElement("td");
  row.mistakes.forEach(([slug, count], k) => {
    mistakes.append(...(k ? [", "] : []), element("span", `${slug} ×${count}`, "mistake"));
  });
  const line = document.createElement("tr");
  line.append(name, room, mistakes);
  return line;
}

function show() {
  if (!told) return;
  const { seats, exercises } = told;
  const option = [...lesson.options].find(({ value }) => value === told?.lesson);
  find("title").textContent = option?.textContent ?? told.lesson;
  find("rows").replaceChildren(...exercises.map((row) => shown(row, seats)));
  tick();
}

// The proxy keeps a connection open whose board was killed, so silence is the only sign of it.
function tick() {
  if (told) find("notes").textContent = notes(told, (Date.now() - heard) / 1000);
  if (Date.now() - Math.max(heard, asked) < SILENCE) return;
  say(true);
  listen();
}

/** @param {boolean} lost */
function say(lost) {
  const contact = find("contact");
  contact.classList.toggle("lost", lost);
  const words = lost ? "No contact with the board: these are its last numbers. Trying again." : "Numbers as they come.";
  if (contact.textContent !== words) contact.textContent = words;
}

// EventSource sets no headers, and JupyterHub wants its XSRF token back: it goes into the query.
function listen() {
  asked = Date.now();
  source?.close();
  const token = document.cookie.match(/(?:^|; )_xsrf=([^;]+)/)?.[1] ?? "";
  const query = new URLSearchParams({ kind });
  if (lesson.value) query.set("lesson", lesson.value);
  source = new EventSource(`${base}live?${query}&_xsrf=${token}`);
  source.addEventListener("message", ({ data }) => {
    told = JSON.parse(data);
    heard = Date.now();
    say(false);
    show();
  });
  source.addEventListener("error", () => say(true));
}

lesson.addEventListener("change", listen);
setInterval(tick, 1000);
listen();
