// @ts-check
// An extension of JupyterLab, which loads it as it stands: where JupyterLab says "Loading widget..." until a new kernel
// has answered, it shows the picture or the text that is saved beside the widget.
{
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const DARK = "invert(0.9) hue-rotate(180deg)"; // as stage.css has it, which comes with the first living experiment

  /**
   * Put what is saved beside a widget into the widget's place, which is filled when it lives.
   * @param {HTMLElement} node
   * @param {string} saved
   */
  const showSaved = (node, saved) => {
    node.replaceChildren(document.createRange().createContextualFragment(saved));
    for (const image of node.querySelectorAll("img")) {
      image.style.maxWidth = "100%";
      if (document.body.dataset.jpThemeLight === "false") image.style.filter = DARK;
    }
  };

  /**
   * JupyterLab renders such outputs only in a notebook that is trusted, so that HTML of strangers never gets here.
   * @param {any} renderer
   */
  const savedFirst = (renderer) => {
    const renderModel = renderer.renderModel;
    renderer.renderModel = (/** @type {any} */ model) => {
      const rendered = renderModel.call(renderer, model);
      const saved = model.data["text/html"];
      if (saved && renderer.node.textContent.startsWith("Loading widget")) showSaved(renderer.node, String(saved));
      return rendered;
    };
    return renderer;
  };

  /** @param {any} app */
  const activate = (app) => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (/** @type {any} */ panel) => {
        const { rendermime } = panel.content;
        const factory = rendermime.getFactory(VIEW);
        if (!factory) return;
        const createRenderer = (/** @type {any} */ options) => savedFirst(factory.createRenderer(options));
        rendermime.addFactory({ safe: false, mimeTypes: [VIEW], createRenderer }, -10);
      },
    });
  };

  const plugin = { id: "pictures_first:plugin", autoStart: true, activate };
  /** @type {any} */
  const page = globalThis;
  page._JUPYTERLAB ??= {};
  page._JUPYTERLAB.pictures_first = {
    init: () => {},
    get: () => Promise.resolve(() => ({ __esModule: true, default: plugin })),
  };
}
