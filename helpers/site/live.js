// @ts-check
// Experiments and questions without a kernel: their own front ends, a model that answers from files, and what the reader
// has done, kept in the browser. A classic script, because pages in a folder load neither modules nor data.
//
// A file of states begins with the length of its heads, the heads as JSON, and the bodies follow (see encode.py). Here
// they become the frames that the kernel would have sent.

const course = (() => {
  const PREFIX = "gradient-descent-by-experiment:";
  const KEPT = 8; // files whose states stay unpacked
  const NEAR = "600px"; // from view, where an experiment begins to load
  const SHAPES = [1, 2]; // changes along the sweep, along the line

  /**
   * Return what anywidget calls a model, without a kernel. `settle` may change what the page sets, so that nothing is
   * asked for that is not there; `answer` gets the model when the page has something to say to the kernel.
   * @param {Record<string, any>} state
   * @param {{ settle?: (key: string, value: any) => any, answer?: (model: any) => void }} kernel
   */
  function createModel(state, { settle = (_, value) => value, answer = () => {} }) {
    /** @type {Record<string, ((...news: any[]) => void)[]>} */
    const listeners = {};
    const model = {
      get: (/** @type {string} */ key) => state[key],
      set(/** @type {string} */ key, /** @type {any} */ value) {
        const settled = settle(key, value);
        if (state[key] === settled) return;
        state[key] = settled;
        for (const listener of [...(listeners[`change:${key}`] ?? [])]) listener();
      },
      on(/** @type {string} */ event, /** @type {(...news: any[]) => void} */ listener) {
        listeners[event] = [...(listeners[event] ?? []), listener];
      },
      off(/** @type {string} */ event, /** @type {(...news: any[]) => void} */ listener) {
        listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener);
      },
      save_changes: () => answer(model),
      send: () => {}, // nobody computes ahead
    };
    return model;
  }

  // What the reader has done.

  /** @param {string} name */
  function kept(name) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    } catch {
      return null; // forbidden, or damaged
    }
  }
  /**
   * @param {string} name
   * @param {any} value
   */
  function keep(name, value) {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Where the browser keeps nothing, the page still works.
    }
    document.dispatchEvent(new CustomEvent("course:kept", { detail: { name, value } }));
  }

  // Files.

  /** @type {Map<string, { promise: Promise<Uint8Array<ArrayBuffer>>, resolve: (bytes: any) => void }>} */
  const files = new Map();

  /**
   * Called by a file: here are its bytes, in base64.
   * @param {string} name
   * @param {string} text
   */
  function arrived(name, text) {
    files.get(name)?.resolve(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  }

  /**
   * Return the bytes of a file, and remember some.
   * @param {string} folder
   * @param {string} name
   */
  function load(folder, name) {
    const known = files.get(name);
    files.delete(name);
    const file = known ?? asked(folder, name);
    files.set(name, file); // the newest again
    for (const oldest of files.keys()) if (files.size > 4 * KEPT) files.delete(oldest);
    return file.promise;
  }

  /**
   * @param {string} folder
   * @param {string} name
   */
  function asked(folder, name) {
    const script = document.createElement("script");
    /** @type {any} */
    const file = {};
    file.promise = new Promise((resolve, reject) => {
      file.resolve = resolve;
      script.onerror = () => {
        files.delete(name);
        reject(new Error(`A part of this experiment did not load: ${name}. Reload the page to try again.`));
      };
    });
    script.onload = () => script.remove();
    script.src = `${folder}/${name}.js`;
    document.head.append(script);
    return file;
  }

  /** @type {Map<string, Promise<{ heads: any[], bodies: Uint8Array<ArrayBuffer>[] }>>} */
  const unpacked = new Map();

  /**
   * Return the states of a file, and remember some.
   * @param {string} folder
   * @param {string} name
   */
  function states(folder, name) {
    const found = unpacked.get(name) ?? load(folder, name).then(inflated).then(parts);
    unpacked.delete(name);
    unpacked.set(name, found);
    found.catch(() => unpacked.delete(name));
    for (const oldest of unpacked.keys()) if (unpacked.size > KEPT) unpacked.delete(oldest);
    return found;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async function inflated(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  function parts(bytes) {
    const start = 4 + new DataView(bytes.buffer).getUint32(0, true);
    const heads = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
    let at = start;
    const bodies = heads.map((/** @type {any} */ head) => {
      at += head.bytes;
      return bytes.subarray(at - head.bytes, at);
    });
    return { heads, bodies };
  }

  /**
   * Return the numbers of a state as the kernel packs them: for each layer the changes along the sweep, x beside y.
   * @param {any} head
   * @param {Uint8Array} body
   */
  function decoded({ layers, alts, changes }, body) {
    const all = new Uint16Array(body.length / 2);
    let at = 0;
    for (const [k, { count }] of layers.entries()) {
      const [alongSweep, alongLine] = SHAPES.map((shape) => Number(changes[k]) & shape);
      const size = 2 * alts.length * count;
      const one = new Uint16Array(size);
      for (let i = 0; i < size; i++) one[i] = body[2 * at + i] | (body[2 * at + size + i] << 8);
      if (alongLine) for (let i = 0; i < size; i++) if (i % count) one[i] += one[i - 1];
      const half = size / 2;
      if (!alongSweep) {
        for (let i = size - 1; i >= 0; i--) if (i % half >= count) one[i] -= one[i - count];
      }
      for (let i = 0; i < half; i++) {
        all[at + 2 * i] = one[i];
        all[at + 2 * i + 1] = one[half + i];
      }
      at += size;
    }
    return new DataView(all.buffer);
  }

  // Experiments.

  /**
   * Return the index of the value nearest to the target.
   * @param {number[]} values
   * @param {number} target
   */
  function nearest(values, target) {
    const distances = values.map((value) => Math.abs(value - target));
    return distances.indexOf(Math.min(...distances));
  }

  /**
   * Return the settings that have a state, nearest to some settings, with the number of the state and its grids.
   * @param {any[]} controls
   * @param {{ presses: number, grids: any[], gridAt: number[] }} where
   * @param {Record<string, any>} settings
   */
  function place(controls, { presses, grids, gridAt }, settings) {
    const settled = { ...settings };
    let number = 0;
    for (const { kind, name, texts, options } of controls) {
      if (kind === "point") continue;
      const choices = kind === "slider" ? texts.length : kind === "menu" ? options.length : presses;
      if (kind === "button") settled[name] = settings[name] % presses;
      number = number * choices + (kind === "menu" ? options.indexOf(settings[name]) : settled[name]);
    }
    const here = grids.length ? grids[gridAt[number]] : {};
    for (const [name, axes] of Object.entries(here)) {
      const chosen = axes.map((/** @type {any} */ axis, /** @type {number} */ k) =>
        nearest(axis.values, settings[name][k]),
      );
      settled[name] = axes.map((/** @type {any} */ axis, /** @type {number} */ k) => axis.values[chosen[k]]);
      for (const [k, axis] of axes.entries()) number = number * axis.values.length + chosen[k];
    }
    return { settled, number, grids: here };
  }

  /** @param {HTMLElement} node */
  async function experiment(node) {
    const { experiment: name = "", folder = "." } = node.dataset;
    const { state, where } = JSON.parse(node.querySelector("script")?.textContent ?? "");
    const placed = (/** @type {any} */ settings) => place(state.controls, where, settings);
    const label = () => labelButtons(node, state.controls, model.get("settings"), where.presses);

    /**
     * @param {Record<string, any>} settings
     * @param {number} density
     */
    async function framesAt(settings, density) {
      const { settled, number, grids } = placed(settings);
      const isFirst = JSON.stringify(settled) === JSON.stringify(first);
      const file = isFirst ? 0 : where.starts.filter((/** @type {number} */ start) => start <= number).length;
      const { heads, bodies } = await states(folder, `${name}-${file}`);
      const at = isFirst ? 0 : number - where.starts[file - 1];
      const { layers, alts, met, picture, range } = heads[at];
      const background = new DataView((await load(folder, picture)).buffer);
      const data = decoded(heads[at], bodies[at]);
      const shown = { layers, data, deflated: false, range, alts, met, grids };
      return { settings: settled, density, background, picture, ...shown };
    }
    const metAt = () => kept(name)?.met ?? "";
    let asked = "";
    /** @param {ReturnType<typeof createModel>} model */
    async function answer(model) {
      const [settings, density, frames] = ["settings", "density", "frames"].map(model.get);
      if (model.get("met_at") !== metAt()) keep(name, { ...kept(name), met: model.get("met_at") });
      const wanted = JSON.stringify([settings, density]);
      if (wanted === JSON.stringify([frames.settings, frames.density])) model.set("error", "");
      else if (wanted !== asked) {
        asked = wanted;
        const [found, error] = await framesAt(settings, density).then(
          (found) => [found, ""],
          (error) => [null, error.message],
        );
        if (asked !== wanted) return; // the reader is elsewhere
        asked = "";
        model.set("error", error);
        if (found) model.set("frames", found);
      }
    }
    const first = placed(state.settings).settled;
    const frames = await framesAt(first, devicePixelRatio > 1 ? 2 : 1);
    const model = createModel(
      { ...state, settings: first, frames, density: frames.density, error: "", met_at: metAt() },
      { settle: (key, value) => (key === "settings" ? placed(value).settled : value), answer },
    );
    const live = document.createElement("div");
    // @ts-expect-error: a script of its own
    STAGE.render({ model, el: live });
    node.querySelector("picture, img")?.replaceWith(live);
    node.classList.add("live");
    model.on("change:settings", label);
    label();
  }

  /**
   * Say on each button which of its seeds is shown.
   * @param {HTMLElement} node
   * @param {any[]} controls
   * @param {Record<string, any>} settings
   * @param {number} presses
   */
  function labelButtons(node, controls, settings, presses) {
    const buttons = node.querySelectorAll(".stage-control button");
    for (const [k, { name, label }] of controls.filter(({ kind }) => kind === "button").entries()) {
      buttons[k].textContent = `${label} (seed ${settings[name] + 1} of ${presses})`;
    }
  }

  // Questions.

  /** @param {HTMLElement} node */
  function question(node) {
    const { question: name = "" } = node.dataset;
    const { state } = JSON.parse(node.querySelector("script")?.textContent ?? "");
    const { chosen = "", closed = false } = kept(name) ?? {};
    const answer = (/** @type {any} */ model) =>
      keep(name, { ...kept(name), chosen: model.get("chosen"), right: model.get("chosen") === model.get("right") });
    const model = createModel({ ...state, chosen, closed }, { answer });
    document.addEventListener("course:kept", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (detail.name === name) model.set("closed", Boolean(detail.value?.closed));
    });
    const live = document.createElement("div");
    // @ts-expect-error: a script of its own
    QUESTION.render({ model, el: live });
    node.replaceChildren(live);
  }

  /** Make alive all that stands in the page: questions at once, experiments before they come into view. */
  function start() {
    for (const node of document.querySelectorAll("[data-question]")) question(/** @type {HTMLElement} */ (node));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          observer.unobserve(target);
          experiment(/** @type {HTMLElement} */ (target)).catch((error) => console.error(error));
        }
      },
      { rootMargin: NEAR },
    );
    for (const node of document.querySelectorAll("[data-experiment]")) observer.observe(node);
  }

  return { arrived, start, kept, keep, createModel, decoded, place };
})();

Object.assign(globalThis, { COURSE: course });
