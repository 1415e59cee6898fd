// Claims about `element`, by which all widgets make their pages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { element } from "../../helpers/page/element.js";
import "./stand_ins.mjs";

test("names are attributes, as in HTML: class, for, aria-label", () => {
  const label = element("label", { class: "wide", for: "rate", "aria-label": "rate", tabindex: 0 });
  assert.deepEqual(label.attributes, { class: "wide", for: "rate", "aria-label": "rate", tabindex: "0" });
});

test("children come in their order, text as text", () => {
  const sign = element("span");
  assert.deepEqual(element("button", {}, sign, " <b>").children, [sign, " <b>"]);
});
