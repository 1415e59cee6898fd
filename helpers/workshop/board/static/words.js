// @ts-check
// What the page says of the numbers it gets. No DOM: the tests of the front end read this without a browser.

export const STATES = ["solved", "trying", "not_begun"];
/** @type {Record<string, string>} */
const WORDS = { solved: "have it", trying: "try it", not_begun: "have not begun" };

/**
 * The numbers of one exercise; null is a count too small to be shown.
 * @typedef {{
 *   exercise: string,
 *   solved: number | null,
 *   trying: number | null,
 *   not_begun: number | null,
 *   mistakes: [string, number][],
 *   seats?: string[],
 * }} Row
 */

/**
 * What the board sends. still: seconds since somebody moved, or null when nobody has.
 * @typedef {{
 *   lesson: string,
 *   seats: number,
 *   still: number | null,
 *   stuck: number | null,
 *   done: number | null,
 *   exercises: Row[],
 *   stuck_seats?: string[],
 * }} Told
 */

/**
 * Return a length of time in words.
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Return the line above the table; `waited` seconds have passed since the numbers came.
 * @param {Told} told
 * @param {number} [waited]
 */
export function notes(told, waited = 0) {
  const parts = [`${told.seats} seats`];
  const who = told.stuck_seats?.length ? ` (${told.stuck_seats.join(", ")})` : "";
  if (told.stuck !== 0) parts.push(`${told.stuck ?? "a few"} stuck${who}`);
  if (told.done !== 0) parts.push(`${told.done ?? "a few"} done`);
  parts.push(told.still === null ? "nobody has begun" : `last move ${duration(told.still + waited)} ago`);
  if (!told.exercises.length) parts.push("too few seats for counts");
  return parts.join(" · ");
}

/**
 * Return the parts of a bar: each state, its share of the width and the text on it; hidden counts share what is left.
 * @param {Row} row
 * @param {number} seats
 */
export function parts(row, seats) {
  const counts = STATES.map((state) => /** @type {any} */ (row)[state]);
  const hidden = counts.filter((count) => count === null).length;
  const left = seats - counts.reduce((sum, count) => sum + (count ?? 0), 0);
  return STATES.map((state, k) => ({ state, share: counts[k] ?? left / hidden, text: `${counts[k] ?? "?"}` })).filter(
    ({ text }) => text !== "0",
  );
}

/**
 * Return in words what a bar shows.
 * @param {Row} row
 */
export function spoken(row) {
  return STATES.map((state) => `${/** @type {any} */ (row)[state] ?? "a number not shown"} ${WORDS[state]}`).join(", ");
}
