"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  // Without accents and case, so that "securite" finds "Sécurité".
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  for (const tool of all("[data-scripted]")) tool.hidden = false;

  const theme = byId("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
  const tellTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    tellTheme();
  });
  prefersDark.addEventListener("change", tellTheme);
  tellTheme();
  byId("print").addEventListener("click", () => window.print());

  const form = byId("filters");
  if (!form) return;
  const entries = all(".entry").map((element) => ({ element, data: element.dataset, text: null }));
  const groups = all(".group");
  const textOf = (entry) => {
    // A heading above several entries belongs to each of them.
    const heading = entry.element.closest(".group")?.querySelector("h3")?.textContent ?? "";
    return (entry.text ??= plain(`${heading} ${entry.element.textContent}`));
  };

  const suggest = (list, names) => {
    for (const name of [...new Set(names)].sort().slice(0, 500)) {
      const option = document.createElement("option");
      option.value = name;
      byId(list).append(option);
    }
  };
  suggest("subjects", entries.filter((entry) => entry.element.matches("article")).map((entry) => entry.data.subject));
  suggest("rule-names", entries.map((entry) => entry.data.rule));

  const apply = () => {
    const wanted = new FormData(form);
    const exact = ["severity", "status", "domain"].map((name) => [name, wanted.get(name)]).filter(([, value]) => value);
    const partial = ["subject", "rule"].map((name) => [name, plain(wanted.get(name).trim())]).filter(([, value]) => value);
    const words = plain(wanted.get("text")).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      const matches =
        exact.every(([name, value]) => entry.data[name] === value) &&
        partial.every(([name, value]) => plain(entry.data[name]).includes(value)) &&
        words.every((word) => textOf(entry).includes(word));
      entry.element.classList.toggle("filtered", !matches);
      shown += matches;
    }
    for (const group of groups) {
      group.classList.toggle("filtered", !group.querySelector(".entry:not(.filtered)"));
    }
    const numbers = [shown, entries.length];
    byId("shown").textContent = byId("shown").dataset.text.replace(/\{\}/g, () => numbers.shift());
    byId("nothing-left").hidden = shown > 0 || entries.length === 0;
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  byId("not-searched").hidden = all(".left-out").length === 0;
  apply();
})();
