// The page around the experiments: light and dark, the search, hints one by one, and what is said to a prediction.

(() => {
  const { kept, keep, start } = typeof COURSE === "object" ? COURSE : { kept: () => null, keep() {}, start() {} };
  const root = document.documentElement;
  const chosenTheme = kept("theme");
  if (chosenTheme) root.dataset.theme = chosenTheme;
  const darkens = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (darkens.matches ? "dark" : "light")) === "dark";
  /** Widgets ask by JupyterLab's name for it. */
  const tellWidgets = () => (document.body.dataset.jpThemeLight = String(!isDark()));

  function theme() {
    const button = document.querySelector(".theme");
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
    for (const details of document.querySelectorAll(".hints")) {
      const items = [...details.querySelectorAll("li")];
      const more = document.createElement("button");
      more.type = "button";
      let shown = 1;
      const show = () => {
        items.forEach((item, k) => (item.hidden = k >= shown));
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
    for (const verdict of document.querySelectorAll(".verdict")) {
      const { happened, options } = JSON.parse(verdict.querySelector("script").textContent);
      verdict.closest("details")?.addEventListener("toggle", () => {
        const guess = kept(verdict.dataset.prediction)?.chosen;
        if (!(guess in options)) return;
        const said = document.createElement("p");
        said.textContent =
          guess === happened
            ? `You predicted: ${options[guess].text}. Right. ${options[guess].feedback}`
            : `You predicted: ${options[guess].text}. ${options[guess].feedback} What happened: ${options[happened].text}. ${options[happened].feedback}`;
        verdict.querySelector("p").replaceWith(said);
        keep(verdict.dataset.prediction, { ...kept(verdict.dataset.prediction), closed: true });
      });
    }
  }

  function progress() {
    for (const link of document.querySelectorAll("[data-questions]")) {
      const ids = link.dataset.questions.split(" ").filter(Boolean);
      const answered = ids.filter((id) => kept(id)?.chosen).length;
      link.querySelector(".done").textContent = answered ? `${answered} of ${ids.length} answered` : "";
    }
  }

  /** Sections are few: look through all of them; a word in the title counts for five in the text. */
  function find(words) {
    const hits = [];
    for (const [address, title, text] of window.SECTIONS) {
      const [above, below] = [title.toLowerCase(), text.toLowerCase()];
      const counts = words.map((word) => 5 * above.includes(word) + Math.min(5, below.split(word).length - 1));
      if (counts.every(Boolean)) hits.push({ address, title, text, at: below.indexOf(words[0]), rank: counts.reduce((a, b) => a + b) });
    }
    return hits.sort((a, b) => b.rank - a.rank).slice(0, 8);
  }

  function search() {
    const place = document.querySelector(".search");
    const [box, list] = [place.querySelector("input"), place.querySelector("ul")];
    place.hidden = false;
    const show = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.hidden = !words.length || !window.SECTIONS;
      if (list.hidden) return;
      const items = find(words).map(({ address, title, text, at }) => {
        const [item, link, part] = ["li", "a", "small"].map((name) => document.createElement(name));
        link.href = address;
        part.textContent = text.slice(Math.max(0, at - 40), at + 90);
        link.append(title, part);
        item.append(link);
        return item;
      });
      list.replaceChildren(...items);
      if (!items.length) list.append(Object.assign(document.createElement("li"), { textContent: "Nothing found." }));
    };
    box.addEventListener("focus", () => {
      if (window.SECTIONS) return;
      document.head.append(Object.assign(document.createElement("script"), { src: "sections.js", onload: show }));
    });
    box.addEventListener("input", show);
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") list.hidden = true;
    });
    list.addEventListener("click", () => (list.hidden = true));
  }

  theme();
  hints();
  outcomes();
  search();
  start();
  progress();
  document.addEventListener("course:kept", progress);
})();
