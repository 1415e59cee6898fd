// @ts-check
// The page around the experiments: light and dark, the search, hints one by one, and what is said to a prediction.

(() => {
  // @ts-expect-error: live.js, a script of its own
  const { kept, keep, start } = COURSE;
  const root = document.documentElement;
  const darkens = matchMedia("(prefers-color-scheme: dark)");

  /**
   * Return all elements of the page, or of a part of it, that fit a selector.
   * @param {string} selector
   * @param {ParentNode} within
   */
  function all(selector, within = document) {
    return /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);
  }

  /**
   * Return the one element of a part of the page that fits a selector.
   * @param {string} selector
   * @param {ParentNode} within
   */
  function one(selector, within = document) {
    return all(selector, within)[0];
  }

  const isDark = () => (root.dataset.theme || (darkens.matches ? "dark" : "light")) === "dark";

  /** Widgets ask by JupyterLab's name for it. */
  function tellWidgets() {
    document.body.dataset.jpThemeLight = String(!isDark());
  }

  function theme() {
    if (kept("theme")) root.dataset.theme = kept("theme");
    const button = one(".theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep("theme", root.dataset.theme);
      tellWidgets();
    });
    darkens.addEventListener("change", tellWidgets);
    tellWidgets();
  }

  /** One hint after the other: before JavaScript all stand in a list. */
  function hints() {
    for (const details of all(".hints")) {
      const items = all("li", details);
      const more = document.createElement("button");
      more.type = "button";
      let shown = 1;
      const show = () => {
        items.forEach((item, k) => {
          item.hidden = k >= shown;
        });
        more.hidden = shown === items.length;
        more.textContent = `Next hint (${shown + 1} of ${items.length})`;
      };
      more.addEventListener("click", () => {
        shown++;
        show();
      });
      details.append(more);
      show();
    }
  }

  /** A prediction that was recorded is answered when what happened is unfolded. */
  function outcomes() {
    for (const verdict of all(".verdict")) {
      const { happened, options } = JSON.parse(one("script", verdict).textContent ?? "");
      const { prediction = "" } = verdict.dataset;
      verdict.closest("details")?.addEventListener("toggle", () => {
        const guess = kept(prediction)?.chosen;
        if (!(guess in options)) return;
        const [told, fact] = [options[guess], options[happened]];
        const said = `You predicted: ${told.text}.`;
        one("p", verdict).textContent =
          guess === happened
            ? `${said} Right. ${fact.feedback}`
            : `${said} ${told.feedback} What happened: ${fact.text}. ${fact.feedback}`;
        keep(prediction, { ...kept(prediction), closed: true });
      });
    }
  }

  /** What is wider than its place, and scrolls in it, is reached by the Tab key; other formulas are no stop. */
  function reachable() {
    const sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
        else target.removeAttribute("tabindex");
      }
    });
    for (const part of all(".katex-display, .html pre")) sizes.observe(part);
  }

  function progress() {
    for (const link of all("[data-questions]")) {
      const ids = (link.dataset.questions ?? "").split(" ").filter(Boolean);
      const answered = ids.filter((id) => kept(id)?.chosen).length;
      one(".done", link).textContent = answered ? `${answered} of ${ids.length} answered` : "";
    }
  }

  /**
   * Sections are few: look through all of them; a word in the title counts for five in the text.
   * @param {[string, string, string][]} sections
   * @param {string[]} words
   */
  function find(sections, words) {
    const ranked = sections.map(([address, title, text]) => {
      const [above, below] = [title.toLowerCase(), text.toLowerCase()];
      const counts = words.map((word) => 5 * Number(above.includes(word)) + Math.min(5, below.split(word).length - 1));
      const rank = counts.every(Boolean) ? counts.reduce((a, b) => a + b, 0) : 0;
      return { address, title, text, at: below.indexOf(words[0]), rank };
    });
    const hits = ranked.filter(({ rank }) => rank);
    return hits.sort((a, b) => b.rank - a.rank).slice(0, 8);
  }

  function search() {
    const place = one(".search");
    const box = /** @type {HTMLInputElement} */ (one("input", place));
    const list = one("ul", place);
    place.hidden = false;
    const show = () => {
      const sections = /** @type {any} */ (window).SECTIONS;
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.hidden = !words.length || !sections;
      if (list.hidden) return;
      const items = find(sections, words).map(({ address, title, text, at }) => {
        const link = Object.assign(document.createElement("a"), { href: address });
        const part = Object.assign(document.createElement("small"), {
          textContent: text.slice(Math.max(0, at - 40), at + 90),
        });
        link.append(title, part);
        const item = document.createElement("li");
        item.append(link);
        return item;
      });
      list.replaceChildren(...items);
      if (!items.length) list.append(Object.assign(document.createElement("li"), { textContent: "Nothing found." }));
    };
    const load = () => {
      box.removeEventListener("focus", load);
      document.head.append(Object.assign(document.createElement("script"), { src: "sections.js", onload: show }));
    };
    box.addEventListener("focus", load);
    box.addEventListener("input", show);
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") list.hidden = true;
    });
    list.addEventListener("click", () => {
      list.hidden = true;
    });
  }

  theme();
  hints();
  outcomes();
  reachable();
  search();
  start();
  progress();
  document.addEventListener("course:kept", progress);
})();
