// @ts-check
// What the page keeps of the kernel's answers, and what it asks for before it is wanted: so that a second slider, too,
// answers at once, and goes on doing so when the kernel is gone.

/** @import { ControlSpec, Frames, Settings } from "./contract.js" */

const ROOM = 24e6; // bytes of one experiment
const MOST = 64; // settings around the present ones

/**
 * Return the one name of some settings at some density.
 * @param {Settings} settings
 * @param {number} density
 */
export const nameOf = (settings, density) => JSON.stringify([settings, density]);

/** @typedef {ReturnType<typeof createMemory>} Memory */

/** Return a memory of frames that forgets what was not used for longest when it is full. */
export function createMemory(room = ROOM) {
  /** @type {Map<string, Frames>} */
  const kept = new Map();
  /** @param {Frames} frames */
  const size = ({ data, background }) => data.byteLength + background.byteLength;
  let used = 0;

  /** @param {string} name */
  function drop(name) {
    const frames = kept.get(name);
    if (frames) used -= size(frames);
    kept.delete(name);
  }
  /** @param {Frames} frames */
  function put(frames) {
    const name = nameOf(frames.settings, frames.density);
    drop(name);
    kept.set(name, frames);
    used += size(frames);
    for (const oldest of kept.keys()) {
      if (used <= room || oldest === name) break;
      drop(oldest);
    }
  }
  /**
   * @param {Settings} settings
   * @param {number} density
   */
  function get(settings, density) {
    const frames = kept.get(nameOf(settings, density));
    if (frames) put(frames); // the newest again
    return frames ?? null;
  }
  /**
   * @param {Settings} settings
   * @param {number} density
   */
  const has = (settings, density) => kept.has(nameOf(settings, density));
  const full = () => used > 0.9 * room;
  return { put, get, has, full };
}

/**
 * Return what a control can be set to, each with how far it is from what it is set to now. A point has too many places.
 * @param {ControlSpec} spec
 * @param {any} now
 * @returns {[any, number][]}
 */
function reachable(spec, now) {
  if (spec.kind === "slider") return spec.texts.map((_, k) => [k, Math.abs(k - now)]);
  if (spec.kind === "menu") return spec.options.map((option) => [option, option === now ? 0 : 1]);
  const stay = /** @type {[any, number]} */ ([now, 0]);
  return spec.kind === "button" ? [stay, [now + 1, 1]] : [stay];
}

/**
 * Return the settings around the present ones, the nearest first, at most `most` of them.
 * @param {ControlSpec[]} specs
 * @param {Settings} settings
 * @returns {Settings[]}
 */
export function around(specs, settings, most = MOST) {
  /** @type {[Settings, number][]} */
  let found = [[{ ...settings }, 0]];
  for (const spec of specs) {
    const choices = reachable(spec, settings[spec.name]);
    found = found.flatMap(([chosen, far]) =>
      choices.map(
        ([choice, further]) => /** @type {[Settings, number]} */ ([{ ...chosen, [spec.name]: choice }, far + further]),
      ),
    );
    found.sort(([, one], [, other]) => one - other);
    found = found.slice(0, most + 1);
  }
  return found.slice(1).map(([chosen]) => chosen);
}
