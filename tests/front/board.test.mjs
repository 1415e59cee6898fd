// Claims about the board: what its page says of the numbers, and what the buttons in a lesson say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { standing } from "../../helpers/exercises/taking_part.js";
import { duration, notes, parts, spoken } from "../../helpers/workshop/board/static/words.js";
import { fakeModel } from "./stand_ins.mjs";

const ROW = { exercise: "adam-step", solved: 4, trying: 3, not_begun: 0, mistakes: [] };
const TOLD = { lesson: "x", seats: 7, still: 65, stuck: 0, done: 0, exercises: [ROW] };

test("a length of time is said in its largest units", () => {
  assert.deepEqual([5.7, 119, 3600, 7300].map(duration), ["5 s", "1 min", "1 h 0 min", "2 h 1 min"]);
});

test("the line above the table counts seats and notes, and time goes on between two numbers", () => {
  assert.equal(notes(TOLD, 60), "7 seats · last move 2 min ago");
  assert.equal(notes({ ...TOLD, still: null }), "7 seats · nobody has begun");
  const some = { ...TOLD, stuck: null, done: 4 };
  assert.equal(notes(some), "7 seats · a few stuck · 4 done · last move 1 min ago");
  assert.match(notes({ ...TOLD, stuck: 1, stuck_seats: ["seat03"] }), /1 stuck \(seat03\)/);
  assert.match(notes({ ...TOLD, exercises: [] }), /too few seats for counts/);
});

test("a bar has a part with its number for each count but none", () => {
  assert.deepEqual(parts(ROW, 7), [
    { state: "solved", share: 4, text: "4" },
    { state: "trying", share: 3, text: "3" },
  ]);
});

test("counts that are hidden share what is left, so that a bar does not tell them", () => {
  const shown = parts({ ...ROW, solved: null, trying: null, not_begun: 3 }, 10);
  assert.deepEqual(
    shown.map(({ share, text }) => [share, text]),
    [
      [3.5, "?"],
      [3.5, "?"],
      [3, "3"],
    ],
  );
});

test("a bar is said in words too", () => {
  assert.equal(spoken({ ...ROW, trying: null }), "4 have it, a number not shown try it, 0 have not begun");
});

test("the buttons say whether something is told, and which note is on the board", () => {
  const says = (state) => standing(fakeModel({ on: true, note: "none", ...state }));
  assert.equal(says({ on: false }), "You do not take part: nothing is told.");
  assert.equal(says({}), "You take part.");
  assert.match(says({ note: "stuck" }), /one more who is stuck\. Press again/);
});
