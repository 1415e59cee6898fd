// Types alone: nothing of this file reaches a page.

/**
 * A widget's state as anywidget gives it to the page. What the page sets reaches the kernel with save_changes.
 * @template State
 * @typedef {object} Model
 * @property {<Key extends keyof State>(key: Key) => State[Key]} get
 * @property {<Key extends keyof State>(key: Key, value: State[Key]) => void} set
 * @property {() => void} save_changes
 * @property {(content: any) => void} send
 * @property {(event: string, listener: (...news: any[]) => void) => void} on
 * @property {(event: string, listener: (...news: any[]) => void) => void} off
 * @property {any} [widget_manager]
 */

/**
 * What anywidget calls a module's `render` with: the widget's state, and the element to fill.
 * @template State
 * @typedef {object} Context
 * @property {Model<State>} model
 * @property {HTMLElement} el
 */

export {};
