// Stand-ins for what Node lacks: a canvas, the page's elements and anywidget's model. They do nothing and remember all.

// A drawing context, and what it was told: ["lineTo", 10, 20] for a call, ["lineWidth", 2] for what was set.
export function recordingContext(width = 200, height = 100) {
  const told = [];
  const known = {
    canvas: { width, height },
    measureText: () => ({ actualBoundingBoxAscent: 8, actualBoundingBoxDescent: 2 }),
  };
  const ctx = new Proxy(known, {
    get: (target, name) => target[name] ?? ((...values) => told.push([name, ...values])),
    set: (_, name, value) => told.push([name, value]),
  });
  return { ctx, told };
}

export const only = (told, ...names) => told.filter(([name]) => names.includes(name));

globalThis.Path2D = class {
  constructor(path) {
    this.path = path;
  }
};

class FakeElement {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], listeners: {} });
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }
  fire(type) {
    this.listeners[type]({ type });
  }
}

globalThis.document = { createElement: (tag) => new FakeElement(tag) };
globalThis.window = { matchMedia: () => ({ matches: false }) };

// A model whose `saved` are the states that the kernel was sent.
export function fakeModel(state) {
  const saved = [];
  return {
    saved,
    get: (key) => state[key],
    set: (key, value) => {
      state[key] = value;
    },
    save_changes: () => saved.push({ ...state }),
  };
}
