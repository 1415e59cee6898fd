// What the kernel tells the page of a stage, and what the page answers. Types alone: nothing of this file reaches a page.
// The kernel's side of the same is contract.py and the traits of Stage; a test holds the two together.

/** @import { Part } from "./parts.js" */

/**
 * What every layer has: the place of its first number in the buffer, how many points it has for each swept value, and
 * the rectangle that it is drawn in. Points and rectangles (x, y, width, height) are fractions of the figure from its
 * top left corner; lengths are in points, 1/72 inch.
 * @typedef {{
 *   offset: number,
 *   count: number,
 *   clip: number[] | null,
 * }} Placed
 */

/**
 * How shapes are filled and edged. Lists that are too short for the shapes are repeated.
 * @typedef {{
 *   face: string[],
 *   edge: string[],
 *   width: number[],
 *   cap: CanvasLineCap,
 *   join: CanvasLineJoin,
 * }} Faces
 */

/**
 * One line through the points; NaN lifts the pen.
 * @typedef {Placed & {
 *   kind: "line",
 *   color: string,
 *   width: number,
 *   dash: number[],
 *   dashOffset: number,
 *   cap: CanvasLineCap,
 *   join: CanvasLineJoin,
 * }} LineLayer
 */

/**
 * One shape at each point, a path of SVG that `size` scales; NaN has none.
 * @typedef {Placed & Faces & {
 *   kind: "stamps",
 *   path: string,
 *   size: number[],
 * }} StampsLayer
 */

/**
 * Polygons of so many corners each; the points are their corners, and one NaN takes the polygon away.
 * @typedef {Placed & Faces & {
 *   kind: "polygons",
 *   corners: number,
 * }} PolygonsLayer
 */

/**
 * A string for each swept value, at the layer's point for it; NaN has none. Font, family, align and baseline are in the words of
 * CSS, of the canvas and of matplotlib, in this order.
 * @typedef {Placed & {
 *   kind: "text",
 *   strings: string[],
 *   color: string,
 *   size: number,
 *   font: string,
 *   family: string,
 *   align: CanvasTextAlign,
 *   baseline: string,
 * }} TextLayer
 */

/** @typedef {LineLayer | StampsLayer | PolygonsLayer | TextLayer} Layer */

/**
 * All that is shown at some settings and density: the background, a picture in WebP with its name; layers in drawing
 * order, and the numbers of all of them, packed (see Buffer.packed) and perhaps deflated, with the fractions of the figure for which the least
 * and the greatest whole number stand; for every swept value a text alternative and whether the challenge is met; and for
 * each point its grids.
 * @typedef {{
 *   settings: Settings,
 *   density: number,
 *   background: DataView<ArrayBuffer>,
 *   picture: string,
 *   layers: Layer[],
 *   data: DataView<ArrayBuffer>,
 *   deflated: boolean,
 *   range: number[],
 *   alts: string[],
 *   met: boolean[],
 *   grids: Grids,
 * }} Frames
 */

/**
 * A slider whose setting is an index into texts.
 * @typedef {{
 *   kind: "slider",
 *   name: string,
 *   label: string,
 *   texts: string[],
 * }} SliderSpec
 */

/**
 * A menu whose setting is one of its options.
 * @typedef {{
 *   kind: "menu",
 *   name: string,
 *   label: string,
 *   options: string[],
 * }} MenuSpec
 */

/**
 * A button whose setting is how often it was pressed.
 * @typedef {{
 *   kind: "button",
 *   name: string,
 *   label: string,
 * }} ButtonSpec
 */

/**
 * A point whose setting is [x, y]; its axes are the labels of the two.
 * @typedef {{
 *   kind: "point",
 *   name: string,
 *   label: string,
 *   axes: string[],
 * }} PointSpec
 */

/** @typedef {SliderSpec | MenuSpec | ButtonSpec | PointSpec} ControlSpec */

/**
 * The values that one coordinate of a point can take, in rising order, and where each lies in the figure, as a fraction.
 * @typedef {{
 *   values: number[],
 *   at: number[],
 * }} AxisGrid
 */

/** @typedef {Record<string, any>} Settings the setting of each control by its name */
/** @typedef {Record<string, AxisGrid[]>} Grids for each point by its name the grid of x and the grid of y */

/**
 * What both sides know. The page writes index, density (device pixels per pixel, 1 or 2), settings, met_at, the words
 * for where the challenge was met, and frames when it knows those for the settings; the kernel writes the rest. values,
 * texts and index belong to the swept slider; width is in pixels of the page; id is the widget's.
 *
 * Besides, the page asks for frames ahead of the reader, by a message { settings, density }; the kernel answers with
 * { asked, frames } and the buffers [background, data], or without frames where its scene function fails.
 *
 * Only a page without a kernel has parts: see parts.js.
 * @typedef {{
 *   id: string,
 *   label: string,
 *   challenge: string,
 *   values: number[],
 *   texts: string[],
 *   controls: ControlSpec[],
 *   inches: number[],
 *   width: number,
 *   frames: Frames,
 *   error: string,
 *   index: number,
 *   density: number,
 *   settings: Settings,
 *   met_at: string,
 *   parts?: Part[],
 * }} StageState
 */

/**
 * What the page says it has drawn, as data- attributes of its root: the swept value, the settings as JSON, whether they
 * meet the challenge, and the number of the drawing. Tests and benchmarks wait for it, and for data-ahead, which is "all"
 * when the page has the frames for all settings around.
 * @typedef {{
 *   drawn: string,
 *   settings: string,
 *   meets: string,
 *   frame: string,
 * }} Drawn
 */

export {};
