// @ts-check
// Reading frames: their numbers, which come packed, and their picture.

import { element } from "../page/element.js";

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
  const whole = Uint16Array.from(changes);
  const values = changes.length / sizes.reduce((sum, size) => sum + size, 0);
  let start = 0;
  for (const size of sizes) {
    const end = start + size * values;
    for (let k = start + size; k < end; k++) whole[k] += whole[k - size];
    start = end;
  }
  return Float32Array.from(whole, (one) => (one > STEPS ? Number.NaN : low + (one / STEPS) * (high - low)));
}

/** @param {Frames} frames */
export async function decoded({ background }) {
  const src = URL.createObjectURL(new Blob([background], { type: "image/webp" }));
  const picture = element("img", { alt: "", src });
  await picture.decode().catch(() => {});
  URL.revokeObjectURL(src);
  return picture;
}
