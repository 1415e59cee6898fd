// Claims about questions: what the page says about a choice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { message } from "../../helpers/exercises/question.js";
import { fakeModel } from "./stand_ins.mjs";

const OPTIONS = [
  { key: "along", text: "Along it", feedback: "There the height stays." },
  { key: "across", text: "Across it", feedback: "There it changes most." },
];
const says = (state) => message(fakeModel({ options: OPTIONS, right: "", closed: false, ...state }));

test("without a choice nothing is said", () => {
  assert.equal(says({ kind: "quiz", chosen: "" }), "");
});

test("a quiz says whether the choice is right, why, and that one may try again", () => {
  assert.equal(says({ kind: "quiz", chosen: "across", right: "across" }), "Right. There it changes most.");
  const wrong = says({ kind: "quiz", chosen: "along", right: "across" });
  assert.equal(wrong, "Not right. There the height stays. Try again.");
});

test("a prediction is repeated without a verdict, and says whether it can still change", () => {
  const open = says({ kind: "predictions", chosen: "along" });
  const closed = says({ kind: "predictions", chosen: "along", closed: true });
  assert.equal(open, "Recorded: Along it. You can change it until the outcome has been shown.");
  assert.equal(closed, "Recorded: Along it. The outcome has been shown, so the prediction stays as it is.");
});
