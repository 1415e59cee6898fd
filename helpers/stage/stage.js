// The page's half of the stage: a background picture, one canvas over it, and native controls.
//
// The kernel sends `frames`: layers (style, and an offset into one float32 buffer), a text alternative and a verdict on
// the challenge for every swept value. Coordinates are fractions of the figure, lengths are points. Moving the swept
// slider only draws; the other controls change `settings`, which the kernel answers with new `frames`.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const newId = () => `stage-${Math.random().toString(36).slice(2)}`;
const cycled = (list, k) => list[k % list.length];

// ---- drawing: one function for each kind of layer; xy holds the layer's points for one value, in device pixels ----

function stroke(ctx, layer, width, scale) {
  ctx.lineWidth = width * scale;
  ctx.lineCap = layer.cap;
  ctx.lineJoin = layer.join;
}

function drawLine(ctx, layer, xy, point) {
  stroke(ctx, layer, layer.width, point);
  ctx.strokeStyle = layer.color;
  ctx.setLineDash(layer.dash.map((length) => length * point));
  ctx.lineDashOffset = layer.dashOffset * point;
  ctx.beginPath();
  let down = false;
  for (let k = 0; k < xy.length; k += 2) {
    if (Number.isNaN(xy[k])) down = false;
    else if (down) ctx.lineTo(xy[k], xy[k + 1]);
    else {
      ctx.moveTo(xy[k], xy[k + 1]);
      down = true;
    }
  }
  ctx.stroke();
}

function drawStamps(ctx, layer, xy, point) {
  const shape = new Path2D(layer.path);
  for (let k = 0; 2 * k < xy.length; k++) {
    const size = cycled(layer.size, k);
    if (Number.isNaN(xy[2 * k]) || !(size > 0)) continue;
    const width = cycled(layer.width, k);
    ctx.setTransform(size * point, 0, 0, size * point, xy[2 * k], xy[2 * k + 1]);
    ctx.fillStyle = cycled(layer.face, k);
    ctx.fill(shape);
    if (!(width > 0)) continue;
    stroke(ctx, layer, width, 1 / size);
    ctx.strokeStyle = cycled(layer.edge, k);
    ctx.stroke(shape);
  }
}

function drawPolygons(ctx, layer, xy, point) {
  for (let k = 0; 2 * k * layer.corners < xy.length; k++) {
    const corners = xy.subarray(2 * k * layer.corners, 2 * (k + 1) * layer.corners);
    if (corners.some(Number.isNaN)) continue;
    ctx.beginPath();
    for (let c = 0; c < corners.length; c += 2) ctx.lineTo(corners[c], corners[c + 1]);
    ctx.closePath();
    ctx.fillStyle = cycled(layer.face, k);
    ctx.fill();
    const width = cycled(layer.width, k);
    if (!(width > 0)) continue;
    stroke(ctx, layer, width, point);
    ctx.strokeStyle = cycled(layer.edge, k);
    ctx.stroke();
  }
}

function drawText(ctx, layer, xy, point, string) {
  ctx.font = `${layer.font} ${layer.size * point}px ${layer.family}`;
  ctx.textAlign = layer.align;
  ctx.fillStyle = layer.color;
  // matplotlib measures a line by its "lp", whatever it says, and sets lines 1.2 times that apart.
  const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: below } = ctx.measureText("lp");
  const lines = string.split("\n");
  const pitch = 1.2 * up + below;
  const last = (lines.length - 1) * pitch;
  const first = { top: up, bottom: -below - last, center: (up - below - last) / 2, center_baseline: (up - last) / 2 };
  lines.forEach((line, k) => ctx.fillText(line, xy[0], xy[1] + (first[layer.baseline] ?? 0) + k * pitch));
}

const DRAW = { line: drawLine, stamps: drawStamps, polygons: drawPolygons, text: drawText };

function drawLayer(ctx, layer, data, i, point) {
  const { width, height } = ctx.canvas;
  const perValue = layer.kind === "text" ? 0 : 2 * layer.count;
  const from = layer.offset + i * perValue;
  const xy = data.slice(from, from + (perValue || 2));
  for (let k = 0; k < xy.length; k += 2) {
    xy[k] *= width;
    xy[k + 1] *= height;
  }
  ctx.save();
  if (layer.clip) {
    const [x, y, w, h] = layer.clip;
    ctx.beginPath();
    ctx.rect(x * width, y * height, w * width, h * height);
    ctx.clip();
  }
  DRAW[layer.kind](ctx, layer, xy, point, layer.strings?.[i]);
  ctx.restore();
}

function drawHandle(ctx, x, y, point) {
  ctx.beginPath();
  ctx.arc(x * ctx.canvas.width, y * ctx.canvas.height, 6.5 * point, 0, 2 * Math.PI);
  for (const [color, width] of [["#ffffff", 4], ["#000000", 1.8]]) {
    ctx.strokeStyle = color;
    ctx.lineWidth = width * point;
    ctx.stroke();
  }
}

// ---- controls: each returns its row and a function that shows the model's state in it ----

function range(name, max, onInput, onChange = () => {}) {
  const id = newId();
  const input = element("input", { type: "range", id, min: 0, max, step: 1 });
  const output = element("output", { for: id, "aria-live": "off" });
  input.addEventListener("input", () => onInput(input.valueAsNumber));
  input.addEventListener("change", () => onChange());
  const show = (index, text, last = max) => {
    input.max = last;
    input.value = index;
    output.value = text;
    input.setAttribute("aria-valuetext", text);
  };
  return { nodes: [element("label", { for: id }, name), input, output], input, show };
}

function nearestIndex(values, target) {
  let best = 0;
  values.forEach((value, k) => {
    if (Math.abs(value - target) < Math.abs(values[best] - target)) best = k;
  });
  return best;
}

function sliderControl({ name, label, texts }, settings, set) {
  const { nodes, show } = range(label, texts.length - 1, (index) => set(name, index));
  return { nodes, show: () => show(settings()[name], texts[settings()[name]]) };
}

function menuControl({ name, label, options }, settings, set) {
  const id = newId();
  const select = element("select", { id }, ...options.map((option) => element("option", { value: option }, option)));
  select.addEventListener("change", () => set(name, select.value));
  return { nodes: [element("label", { for: id }, label), select], show: () => (select.value = settings()[name]) };
}

function buttonControl({ name, label }, settings, set) {
  const button = element("button", { type: "button" }, label);
  button.addEventListener("click", () => set(name, settings()[name] + 1));
  return { nodes: [element("span"), button], show: () => {} };
}

function pointControl({ name, label, axes }, settings, set, grids) {
  const move = (axis, index) => {
    const point = [...settings()[name]];
    point[axis] = grids()[name][axis].values[index];
    set(name, point);
  };
  const rows = axes.map((axis, k) => range(`${label}, ${axis}`, 1, (index) => move(k, index)));
  const show = () =>
    rows.forEach((row, k) => {
      const { values } = grids()[name][k];
      const value = Math.min(Math.max(settings()[name][k], values[0]), values.at(-1));
      row.show(nearestIndex(values, value), String(value).replace("-", "\u2212"), values.length - 1);
    });
  return { nodes: rows.flatMap((row) => row.nodes), show };
}

const CONTROLS = { slider: sliderControl, menu: menuControl, button: buttonControl, point: pointControl };

// ---- dragging: a press on the axes of a point moves it there ----

function handlePlace(grid, point) {
  return grid.map(({ values, at }, k) => at[nearestIndex(values, point[k])]);
}

function draggable(canvas, points, model, set) {
  if (!points.length) return;
  canvas.classList.add("stage-draggable");
  const fraction = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const inside = (at, f) => Math.min(at[0], at.at(-1)) - 0.01 <= f && f <= Math.max(at[0], at.at(-1)) + 0.01;
  let held = null;
  const move = (event) => {
    const grid = model.get("grids")[held];
    const place = fraction(event);
    set(held, grid.map(({ values, at }, k) => values[nearestIndex(at, place[k])]));
  };
  canvas.addEventListener("pointerdown", (event) => {
    const grids = model.get("grids");
    const place = fraction(event);
    const reach = points
      .filter(({ name }) => grids[name].every(({ at }, k) => inside(at, place[k])))
      .map(({ name }) => {
        const [x, y] = handlePlace(grids[name], model.get("settings")[name]);
        return [Math.hypot(x - place[0], y - place[1]), name];
      });
    if (!reach.length) return;
    held = reach.sort((one, other) => one[0] - other[0])[0][1];
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => held && move(event));
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (held = null));
}

// ---- the view ----

function render({ model, el }) {
  const values = model.get("values");
  const specs = model.get("controls");
  const points = specs.filter(({ kind }) => kind === "point");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frames, data;
  let drawn = 0;
  let pending = null;
  let timer = null;

  const canvas = element("canvas", { role: "img" });
  let picture = element("img", { alt: "" });
  const width = model.get("width");
  const [across, down] = model.get("inches");
  const figure = element("div", { class: "stage-figure", style: `width: ${width}px; aspect-ratio: ${across} / ${down}` });
  // A screen reader has the same sentence as the picture's name.
  const caption = element("p", { class: "stage-caption", "aria-hidden": "true" });
  const panel = element("div", { class: "stage-controls" });
  const challenge = element("div", { class: "stage-challenge", role: "status" });
  const waiting = element("div", { class: "stage-waiting" }, "Waiting for the kernel to compute this ...");
  const alarm = element("div", { class: "stage-error", role: "alert" });
  figure.append(picture, canvas);
  const root = element("div", { class: "stage" }, figure, caption, panel, challenge, waiting, alarm);

  // JupyterLab's shortcuts would take the arrow keys away from the inputs; Ctrl+S still saves.
  panel.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());

  // The swept slider and the play button.
  const setIndex = (index) => model.set("index", index);
  const sweep = range(model.get("label"), values.length - 1, (index) => {
    pause();
    setIndex(index);
  }, () => model.save_changes());
  const play = element("button", { type: "button", "aria-pressed": "false" });
  const showPlay = () => {
    play.setAttribute("aria-pressed", String(timer !== null));
    play.replaceChildren(element("span", { "aria-hidden": "true" }, timer === null ? "\u25b6" : "\u275a\u275a"), " Play");
  };
  function pause() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    showPlay();
    judge();
    model.save_changes();
  }
  function start() {
    // A full run takes about six seconds; without animation it is a slide show of about twenty pictures.
    const pace = calm.matches ? 1000 : Math.min(400, Math.max(40, 6000 / values.length));
    const stride = calm.matches ? Math.max(1, Math.round(values.length / 20)) : 1;
    if (model.get("index") === values.length - 1) setIndex(0);
    timer = setInterval(() => {
      setIndex(Math.min(model.get("index") + stride, values.length - 1));
      if (model.get("index") === values.length - 1) pause();
    }, pace);
    showPlay();
  }
  play.addEventListener("click", () => (timer === null ? start() : pause()));
  showPlay();
  if (values.length) panel.append(...sweep.nodes);

  // The controls that the kernel answers.
  const set = (name, value) => {
    model.set("settings", { ...model.get("settings"), [name]: value });
    model.save_changes();
  };
  const controls = specs.map((spec) =>
    CONTROLS[spec.kind](spec, () => model.get("settings"), set, () => model.get("grids")),
  );
  for (const control of controls) panel.append(...control.nodes);
  if (values.length > 1) panel.append(element("span"), play);
  draggable(canvas, points, model, set);

  function judge() {
    const sentence = model.get("challenge");
    if (!sentence) return;
    if (!model.get("met_at") && timer === null && frames?.met[model.get("index")]) {
      model.set("met_at", model.get("texts")[model.get("index")] ?? "these settings");
      model.save_changes();
    }
    const met = model.get("met_at");
    root.classList.toggle("stage-met", Boolean(met));
    const words = met ? `Challenge met: ${sentence} First met at ${met}.` : `Challenge: ${sentence}`;
    if (challenge.textContent !== words) challenge.textContent = words;
  }

  function showState() {
    const index = model.get("index");
    if (values.length) sweep.show(index, model.get("texts")[index]);
    for (const control of controls) control.show();
    const answered = JSON.stringify(model.get("settings")) === JSON.stringify(frames?.settings);
    const late = !(answered && model.get("density") === frames?.density) && !model.get("error");
    root.classList.toggle("stage-late", late);
    alarm.textContent = model.get("error");
    judge();
  }

  function draw() {
    pending = null;
    if (!frames || !canvas.clientWidth) return;
    const index = model.get("index");
    const density = devicePixelRatio > 1 ? 2 : 1;
    if (model.get("density") !== density) {
      model.set("density", density); // the kernel answers with a background of as many pixels as the screen shows
      model.save_changes();
    }
    const [w, h] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio));
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const ctx = canvas.getContext("2d");
    ctx.clearRect(0, 0, w, h);
    const point = w / (72 * across);
    for (const layer of frames.layers) drawLayer(ctx, layer, data, index, point);
    for (const { name } of points) {
      drawHandle(ctx, ...handlePlace(model.get("grids")[name], model.get("settings")[name]), point);
    }
    canvas.setAttribute("aria-label", frames.alts[index]);
    caption.textContent = frames.alts[index];
    root.dataset.drawn = values.length ? values[index] : "";
    root.dataset.settings = JSON.stringify(frames.settings);
    root.dataset.frame = ++drawn;
  }

  const redraw = () => (pending ??= requestAnimationFrame(draw));
  const onState = () => {
    showState();
    redraw();
  };

  // A new sweep appears in one piece: its background is decoded before its lines are drawn.
  let shownBackground = null;
  let newest = 0;
  async function onFrames() {
    const ticket = ++newest;
    const next = model.get("frames");
    const bytes = model.get("background");
    if (bytes !== shownBackground) {
      const url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
      const image = element("img", { alt: "", src: url });
      await image.decode().catch(() => {});
      URL.revokeObjectURL(url);
      if (ticket !== newest) return;
      picture.replaceWith(image);
      picture = image;
      shownBackground = bytes;
    }
    const view = next.data;
    data = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    frames = next;
    if (pending !== null) cancelAnimationFrame(pending);
    draw();
    showState();
  }

  const listeners = [
    ["change:frames", onFrames],
    ["change:index", onState],
    ["change:settings", onState],
    ["change:density", showState],
    ["change:met_at", showState],
    ["change:error", showState],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  const observer = new ResizeObserver(redraw);
  try {
    observer.observe(canvas, { box: "device-pixel-content-box" }); // also notices zoom
  } catch {
    observer.observe(canvas);
  }
  el.append(root);
  showState();
  onFrames();

  return () => {
    if (timer !== null) clearInterval(timer);
    if (pending !== null) cancelAnimationFrame(pending);
    observer.disconnect();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

export default { render };
