// @ts-check
// Reading frames: their numbers, which come packed, and their picture.

/** @import { Frames } from "./contract.js" */

const STEPS = 65534; // 16 bits, without the last number, which says that there is no point

/**
 * Return the points of all layers as fractions of the figure, NaN where there is none: at once where it can be done.
 * @param {Pick<Frames, "data" | "deflated" | "layers" | "range">} frames
 */
export function unpacked({ data, deflated, layers, range }) {
  const sizes = layers.map(({ count }) => 2 * count);
  /** @param {ArrayBuffer} bytes */
  const read = (bytes) => numbers(new Uint16Array(bytes), sizes, range);
  // In a message the bytes need not begin where a number of 16 bits may.
  return deflated
    ? inflated(data).then(read)
    : read(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
}

/** @param {DataView<ArrayBuffer>} bytes */
async function inflated(bytes) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  writer.write(bytes); // no detour over a Blob, which takes longer than this
  writer.close();
  return new Response(stream.readable).arrayBuffer();
}

/**
 * Add up the changes from value to value in each layer, and put fractions in place of whole numbers.
 * @param {Uint16Array} changes
 * @param {number[]} sizes how many numbers a layer has for each value
 * @param {number[]} range the fractions for 0 and STEPS
 */
export function numbers(changes, sizes, [low, high]) {
  const whole = changes.slice();
  const values = changes.length / sizes.reduce((sum, size) => sum + size, 0);
  const step = (high - low) / STEPS;
  let start = 0;
  for (const size of sizes) {
    const end = start + size * values;
    for (let k = start + size; k < end; k++) whole[k] += whole[k - size];
    start = end;
  }
  const fractions = new Float32Array(whole.length); // a loop, because `from` with a function takes ten times as long
  for (let k = 0; k < whole.length; k++) fractions[k] = whole[k] > STEPS ? Number.NaN : low + whole[k] * step;
  return fractions;
}

/**
 * Return the background, read off the page's thread and without waiting for a frame of it, as an <img> would.
 * @param {Pick<Frames, "background">} frames
 */
export const decoded = ({ background }) => createImageBitmap(new Blob([background], { type: "image/webp" }));
