// The search box: "/" goes there from anywhere, answers come while typing, arrows choose.

const PAUSE = 180;

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function startSearch() {
  const input = document.getElementById("search");
  if (!input) return;

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  const list = document.getElementById("suggestions");
  const address = input.dataset.suggest;
  if (!list || !address) return;
  let timer, asked;

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

  function show(visible) {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) input.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const words = input.value.trim();
    asked?.abort();
    if (words.length < 2) return show(false);
    asked = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`, {
        signal: asked.signal,
        headers: { "HX-Request": "true", Accept: "text/html" },
      });
      if (!answer.ok) return show(false);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...page.body.childNodes);
      options().forEach((option, place) => {
        option.id ||= `suggestion-${place}`;
        option.setAttribute("aria-selected", "false");
      });
      show(options().length > 0);
    } catch (error) {
      if (error.name !== "AbortError") show(false);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = options();
    const place = all.indexOf(chosen());
    if (event.key === "ArrowDown") choose(all[(place + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(place - 1 + all.length) % all.length]);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && place >= 0) {
      const link = all[place].closest("a") ?? all[place].querySelector("a");
      if (link) location.assign(link.href);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => setTimeout(() => show(false), 200));
}
