// Forms: lists that grow, shrink and change their order by keyboard, and a calendar for dates.

let made = 0;

function items(sequence) {
  return [...sequence.querySelector(".sequence-items").children];
}

// Buttons that can do nothing now are disabled, so that the keyboard skips them.
function refresh(sequence) {
  const all = items(sequence);
  const { least, most, orderable } = sequence.dataset;
  all.forEach((item, place) => {
    const tools = item.querySelector(":scope > .sequence-tools");
    const [up, down, remove] = tools.children;
    up.hidden = down.hidden = !orderable;
    up.disabled = place === 0;
    down.disabled = place === all.length - 1;
    remove.disabled = all.length <= Number(least);
  });
  const add = sequence.querySelector(":scope > .sequence-add");
  if (add) add.disabled = all.length >= Number(most);
}

function changed(sequence) {
  refresh(sequence);
  sequence.dispatchEvent(new Event("input", { bubbles: true }));
  sequence.dispatchEvent(new Event("change", { bubbles: true }));
}

// The prototype is a row as the server draws it; its ids are made unique, also in nested lists.
function add(sequence) {
  made += 1;
  const source = decodeURIComponent(sequence.dataset.prototype);
  const unique = source.replace(/deformField(\d+)/g, `deformField$1x${made}`);
  const row = new DOMParser().parseFromString(`<ol>${unique}</ol>`, "text/html").querySelector("li");
  sequence.querySelector(".sequence-items").append(document.adoptNode(row));
  row.querySelectorAll("fieldset.sequence").forEach(refresh);
  changed(sequence);
  row.dispatchEvent(new CustomEvent("qms:added", { bubbles: true }));
  startDays(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function move(item, step) {
  const sequence = item.closest("fieldset.sequence");
  const all = items(sequence);
  const place = all.indexOf(item) + step;
  if (place < 0 || place >= all.length) return;
  if (step < 0) all[place].before(item);
  else all[place].after(item);
  changed(sequence);
}

function remove(item) {
  const sequence = item.closest("fieldset.sequence");
  const all = items(sequence);
  const place = all.indexOf(item);
  const next = all[place + 1] ?? all[place - 1];
  item.remove();
  changed(sequence);
  const target = next?.querySelector(":scope > .sequence-tools .sequence-remove:not(:disabled)");
  (target ?? sequence.querySelector(":scope > .sequence-add"))?.focus();
}

function pressed(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".sequence-add")) return add(button.closest("fieldset.sequence"));
  const item = button.closest(".sequence-item");
  if (!item) return;
  if (button.matches(".sequence-remove")) return remove(item);
  const step = button.matches(".sequence-up") ? -1 : button.matches(".sequence-down") ? 1 : 0;
  if (!step) return;
  move(item, step);
  const other = button.matches(".sequence-up") ? ".sequence-down" : ".sequence-up";
  (button.disabled ? item.querySelector(`:scope > .sequence-tools ${other}`) : button).focus();
}

// A date is text in our order; the browser's own calendar only helps to choose one.
function startDays(root) {
  for (const input of root.querySelectorAll("input[data-day]:not([data-ready])")) {
    if (!("showPicker" in HTMLInputElement.prototype)) return;
    input.dataset.ready = "";
    const label = input.labels?.[0]?.firstChild?.textContent.trim() ?? "";
    const picker = document.createElement("input");
    Object.assign(picker, { type: "date", tabIndex: -1, className: "day-picker" });
    picker.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "tool" });
    button.setAttribute("aria-label", `${input.dataset.calendar ?? "Calendar"}: ${label}`);
    button.append(icon("calendar"));
    button.addEventListener("click", () => {
      const [day, month, year] = input.value.split("/");
      picker.value = year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      const [year, month, day] = picker.value.split("-");
      if (day) input.value = `${day}/${month}/${year}`;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.after(picker, button);
  }
}

// Choices that do not fit what another field says are out of the way, and not sent.
function startDecided(root) {
  for (const list of root.querySelectorAll("[data-decided-by]")) {
    const decider = list.closest("form").elements[list.dataset.decidedBy];
    const groups = [...list.querySelectorAll("[data-fits]")];
    const show = () => {
      for (const group of groups) {
        group.disabled = !group.dataset.fits.split(" ").includes(decider.value);
        group.hidden = group.disabled;
      }
      list.closest(".field").hidden = groups.every((group) => group.hidden);
    };
    decider.addEventListener("change", show);
    show();
  }
}

// Draws an icon out of the same file that the page's own icons come from.
export function icon(name) {
  const file = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0] ?? "";
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${file}#${name}`);
  svg.append(use);
  return svg;
}

export function startForms() {
  document.querySelectorAll("fieldset.sequence").forEach(refresh);
  document.addEventListener("click", pressed);
  startDays(document);
  startDecided(document);
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll?.("fieldset.sequence").forEach(refresh);
    if (event.target.querySelectorAll) startDays(event.target);
  });
}
