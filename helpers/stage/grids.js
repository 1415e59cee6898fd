// @ts-check
// The grids of a point: which values it can take, and where they lie in the figure.

/** @import { AxisGrid, Grids, Settings } from "./contract.js" */

const REACH = 0.01; // of the figure: so far outside its axes a press still takes a point

/**
 * Return the index of the value nearest to the target, the first of two that are as near.
 * @param {number[]} values
 * @param {number} target
 */
export function nearestIndex(values, target) {
  let best = 0;
  for (let k = 1; k < values.length; k++) {
    if (Math.abs(values[k] - target) < Math.abs(values[best] - target)) best = k;
  }
  return best;
}

/**
 * Return where the handle of a point lies, as fractions of the figure.
 * @param {AxisGrid[]} grid
 * @param {number[]} point
 */
export function handlePlace(grid, point) {
  return grid.map(({ values, at }, k) => at[nearestIndex(values, point[k])]);
}

/**
 * Return the point whose handle lies nearest to a place: the inverse of handlePlace.
 * @param {AxisGrid[]} grid
 * @param {number[]} place
 */
export function pointAt(grid, place) {
  return grid.map(({ values, at }, k) => values[nearestIndex(at, place[k])]);
}

/**
 * @param {AxisGrid[]} grid
 * @param {number[]} place
 */
function reaches(grid, place) {
  return grid.every(({ at }, k) => {
    const ends = [at[0], at[at.length - 1]];
    return Math.min(...ends) - REACH <= place[k] && place[k] <= Math.max(...ends) + REACH;
  });
}

/**
 * Return the name of the point that a press takes: the nearest of those on whose axes it is, or null.
 * @param {string[]} names
 * @param {Grids} grids
 * @param {Settings} settings
 * @param {number[]} place
 */
export function pressedPoint(names, grids, settings, place) {
  const near = names.filter((name) => reaches(grids[name], place));
  const distances = near.map((name) => {
    const [x, y] = handlePlace(grids[name], settings[name]);
    return Math.hypot(x - place[0], y - place[1]);
  });
  return near.length ? near[nearestIndex(distances, 0)] : null;
}
