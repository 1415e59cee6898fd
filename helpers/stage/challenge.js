// @ts-check
// The challenge of an experiment: met where the reader stops, not where she passes.

/** @import { ControlSpec, Settings } from "./contract.js" */

export const STOP = 700; // milliseconds without a move

/**
 * Return the sentence below the picture about its challenge.
 * @param {string} sentence
 * @param {string} metAt
 */
export function challengeWords(sentence, metAt) {
  return metAt ? `Challenge met: ${sentence} Met at ${metAt}.` : `Challenge: ${sentence}`;
}

/**
 * Return where all controls stand, in words; a button's presses say nothing.
 * @param {string} label
 * @param {string | undefined} text
 * @param {ControlSpec[]} specs
 * @param {Settings} settings
 */
export function placeWords(label, text, specs, settings) {
  const swept = text === undefined ? [] : [`${label} ${text}`];
  const others = specs.flatMap((spec) => {
    const now = settings[spec.name];
    if (spec.kind === "slider") return [`${spec.label} ${spec.texts[now]}`];
    if (spec.kind === "menu") return [`${spec.label} ${now}`];
    return spec.kind === "point" ? [`${spec.label} (${now.join(", ").replaceAll("-", "\u2212")})`] : [];
  });
  return [...swept, ...others].join(", ");
}
