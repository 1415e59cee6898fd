// @ts-check
// Whether the kernel that made a widget is still there to answer it.

/** @import { Model } from "./model.js" */

/** @typedef {{ gone: () => boolean, busy: () => boolean, forget: () => void }} Kernel */

const ENDED = ["dead", "restarting", "autorestarting", "terminating"];

/**
 * Watch the kernel of a widget, and call `changed` when it goes. JupyterLab tells a model that its kernel was
 * restarted, but not that it died or was shut down; other pages than JupyterLab's may not say what their kernel does.
 * @param {Model<any>} model
 * @param {() => void} changed
 * @returns {Kernel}
 */
export function watchKernel(model, changed) {
  const manager = model.widget_manager;
  const kernel = manager?.kernel;
  let gone = false;
  const lose = () => {
    if (gone) return;
    gone = true;
    changed();
  };
  /** @type {(sender: any, status: string) => void} */
  const heard = (_, status) => {
    if (ENDED.includes(status)) lose();
  };
  kernel?.statusChanged?.connect(heard);
  manager?.get_model?.(model.get("id")).then((/** @type {any} */ whole) => {
    const look = () => whole.comm_live === false && lose();
    model.on("comm_live_update", look);
    look();
  }, lose);
  return {
    gone: () => gone || (kernel !== undefined && manager.kernel !== kernel),
    busy: () => kernel?.status === "busy",
    forget: () => kernel?.statusChanged?.disconnect(heard),
  };
}
