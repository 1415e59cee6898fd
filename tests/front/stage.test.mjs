// Claims about the stage's own words and numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { challengeWords, isLate, numbers } from "../../helpers/stage/stage.js";

const ANSWERED = { settings: { size: 1, where: [0, 1] }, density: 2 };
const asked = (change) => ({ ...structuredClone(ANSWERED), error: "", ...change });

test("the kernel is late until it has answered these settings at this density", () => {
  assert.ok(isLate(asked(), null));
  assert.ok(!isLate(asked(), ANSWERED));
  assert.ok(isLate(asked({ settings: { size: 2, where: [0, 1] } }), ANSWERED));
  assert.ok(isLate(asked({ settings: { size: 1, where: [0, 2] } }), ANSWERED));
  assert.ok(isLate(asked({ density: 1 }), ANSWERED));
});

test("a kernel that answered with an error is not late", () => {
  assert.ok(!isLate(asked({ settings: { size: 2 }, error: "ValueError: too large" }), ANSWERED));
});

test("a challenge says where it was first met", () => {
  assert.equal(challengeWords("Reach 1e-5.", ""), "Challenge: Reach 1e-5.");
  assert.equal(challengeWords("Reach 1e-5.", "0.2"), "Challenge met: Reach 1e-5. First met at 0.2.");
});

test("numbers are read wherever they begin in a message, which need not be where a float32 may", () => {
  const bytes = new Uint8Array(13);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  assert.deepEqual([...numbers(new DataView(bytes.buffer, 1, 8))], [1.5, -2]);
});
