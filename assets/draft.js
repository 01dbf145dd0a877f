// The editor of a draft: every form saves itself, says so, and never throws away what was typed.
import { icon } from "./forms.js";

const PAUSE = 1200;
const RETRY = 10000;

// --- Errors at their fields: the server names a field by its path («rows.2.title») -----------

function fieldsByPath(form) {
  const found = new Map();
  const stack = [{ type: "mapping", path: "", count: 0 }];
  for (const input of form.elements) {
    const inner = stack.at(-1);
    if (input.name === "__end__") { if (stack.length > 1) stack.pop(); continue; }
    if (!input.name || (input.type === "checkbox" && inner.type === "sequence" && !input.checked)) continue;
    const start = input.name === "__start__";
    const [name, type = "mapping"] = start ? input.value.split(":") : [input.name];
    const key = inner.type === "sequence" ? String(inner.count++) : name;
    const path = inner.path ? `${inner.path}.${key}` : key;
    found.set(path, start ? input.closest("fieldset") ?? input : input);
    if (start) stack.push({ type, path, count: 0 });
  }
  return found;
}

function clearErrors(form) {
  form.querySelectorAll(".field-error").forEach((one) => one.remove());
  form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  form.querySelectorAll(".is-invalid, .field-invalid").forEach((one) => one.classList.remove("is-invalid", "field-invalid"));
}

function showErrors(form, errors) {
  clearErrors(form);
  const fields = fieldsByPath(form);
  for (const [path, text] of Object.entries(errors)) {
    let at = path;
    while (at && !fields.has(at)) at = at.slice(0, Math.max(0, at.lastIndexOf(".")));
    const target = fields.get(at);
    const told = document.createElement("p");
    told.className = "field-error";
    told.id = `live-${form.id}-${path}`;
    told.append(icon("alert"), Object.assign(document.createElement("span"), { textContent: text }));
    if (!target) { form.prepend(told); continue; }
    const box = target.closest(".field, fieldset") ?? form;
    if (box.matches("fieldset:not(.field)")) box.querySelector("legend")?.after(told);
    else box.append(told);
    box.classList.add("field-invalid");
    if (!target.matches("fieldset")) {
      target.setAttribute("aria-invalid", "true");
      target.setAttribute("aria-describedby", told.id);
    }
  }
}

// --- Saving -----------------------------------------------------------------------------------

function startSaving(part) {
  const form = part.querySelector("form.form");
  const status = part.querySelector(".saved-state");
  if (!form || !status) return;
  let timer = 0;
  let dirty = false;
  let busy = false;
  let stopped = false;

  const tell = (text, tone) => {
    status.textContent = text;
    status.dataset.tone = tone;
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    clearTimeout(timer);
    if (busy || stopped || !dirty) return;
    busy = true;
    dirty = false;
    tell(status.dataset.saving, "busy");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "error",
      });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.base_revision.value = told.revision;
        clearErrors(form);
        tell(`${status.dataset.saved} ${told.saved}`, "good");
        document.body.dispatchEvent(new CustomEvent("qms:saved"));
      } else if (answer.status === 422 && told.errors) {
        showErrors(form, told.errors);
        tell(status.dataset.unsaved, "bad");
      } else if (answer.status === 409 && told.lines) {
        stopped = true;
        showConflict(part, form, told);
        tell(told.title, "bad");
      } else {
        dirty = true;
        stopped = answer.status < 500;
        tell([told.title, told.detail].filter(Boolean).join(". "), "bad");
        if (!stopped) later(RETRY);
      }
    } catch {
      dirty = true;
      tell(status.dataset.lost, "bad");
      later(RETRY);
    } finally {
      busy = false;
    }
    if (dirty && !stopped && status.dataset.tone !== "bad") later(PAUSE);
  }

  const changed = () => {
    dirty = true;
    if (!stopped) later(PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusout", (event) => {
    if (dirty && !form.contains(event.relatedTarget)) later(150);
  });
  form.addEventListener("submit", (event) => {
    if (stopped) return;
    event.preventDefault();
    dirty = true;
    save();
  });
  window.addEventListener("beforeunload", (event) => {
    if ((dirty || busy) && !form.dataset.leaving) event.preventDefault();
  });
}

// Both texts are shown at once; the server's page lets the person choose and edit.
function showConflict(part, form, told) {
  const box = part.querySelector(".conflict-box");
  box.querySelector(".conflict-who").textContent = told.detail ?? "";
  box.querySelector(".differences").replaceChildren(...told.lines.map((pieces) => {
    const line = document.createElement("p");
    line.className = "diff-line";
    line.append(...pieces.map(([kind, text]) => {
      const tag = { added: "ins", removed: "del" }[kind];
      return tag ? Object.assign(document.createElement(tag), { textContent: text }) : text;
    }));
    return line;
  }));
  box.hidden = false;
  box.querySelector(".conflict-decide").addEventListener("click", () => {
    form.dataset.leaving = "yes";
    HTMLFormElement.prototype.submit.call(form);
  });
}

// --- Activities: new rows get an id, and branches offer the rows as they are called now --------

let made = 0;

function rowsOf(form) {
  return [...form.querySelectorAll("li.sequence-item")].filter((row) => row.querySelector("select.branch-to, input[name=number]") && ownInput(row, "id"));
}

function ownInput(row, name) {
  return [...row.querySelectorAll(`[name="${name}"]`)].find((one) => one.closest("li.sequence-item") === row);
}

function refreshTargets(form) {
  const choices = form.querySelectorAll("select.branch-to, select[name=to]");
  const rows = rowsOf(form);
  if (!rows.length) return;
  for (const row of rows) {
    const id = ownInput(row, "id");
    if (!id.value) id.value = `n${Date.now().toString(36)}${(made += 1)}`;
  }
  const named = rows.map((row) => [
    ownInput(row, "id").value,
    [ownInput(row, "number")?.value, ownInput(row, "title")?.value].filter(Boolean).join(" ") || "…",
  ]);
  for (const select of choices) {
    const chosen = select.value;
    const keep = [...select.options].filter((one) => one.value === "" || one.value === "end");
    const options = named.map(([id, text]) => new Option(text, id));
    select.replaceChildren(keep[0] ?? "", ...options, ...keep.slice(1));
    if (chosen && ![...select.options].some((one) => one.value === chosen)) select.add(new Option(`${chosen} ?`, chosen));
    select.value = chosen;
  }
}

// --- Pickers: the closed list says what is chosen ---------------------------------------------

document.addEventListener("change", (event) => {
  const picker = event.target.closest("details.picker");
  if (picker) {
    const names = [...picker.querySelectorAll("input:checked")].map((one) => one.parentElement.textContent.trim());
    picker.querySelector(".picker-chosen").textContent = names.join(", ");
    const none = picker.querySelector(".picker-none");
    if (none) none.hidden = names.length > 0;
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.picker[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.picker[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

// --- The grid of a free table -----------------------------------------------------------------

function tellGrid(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A row's first and last inputs carry the marks that tell the server where it begins and ends.
function copyCell(cell) {
  const fresh = cell.cloneNode(true);
  fresh.querySelectorAll("input[type=hidden]").forEach((one) => one.remove());
  const input = fresh.querySelector("input, textarea");
  input.value = "";
  if (input.matches("textarea")) input.textContent = "";
  return fresh;
}

function growGrid(field) {
  for (const row of field.querySelectorAll("tr")) {
    const cells = row.querySelectorAll("th, td:not(.grid-tools)");
    const last = cells[cells.length - 1];
    const fresh = copyCell(last);
    const end = last.querySelector('input[name="__end__"]');
    if (end) fresh.append(end);
    last.after(fresh);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".grid-field button");
  if (!button) return;
  const field = button.closest(".grid-field");
  const row = button.closest("tbody tr");
  if (button.matches(".grid-add-column")) {
    if (field.querySelectorAll("thead th").length < Number(field.dataset.widest)) growGrid(field);
  } else if (button.matches(".grid-add-row")) {
    const fresh = field.querySelector("tbody tr:last-child").cloneNode(true);
    fresh.querySelectorAll("textarea").forEach((one) => { one.value = ""; one.textContent = ""; });
    field.querySelector("tbody").append(fresh);
    fresh.querySelector("textarea").focus();
  } else if (button.matches(".grid-up")) {
    row.previousElementSibling?.before(row);
    button.focus();
  } else if (button.matches(".grid-remove") && field.querySelectorAll("tbody tr").length > 1) {
    row.remove();
  }
  tellGrid(field);
});

// --- A formula tried on sample numbers --------------------------------------------------------

const WORDS = {
  es: { try: "Pruebe la fórmula", result: "Resultado", none: "sin datos" },
  en: { try: "Try the formula", result: "Result", none: "no data" },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.es;

function startFormula(input, address) {
  if (input.dataset.ready !== undefined) return;
  input.dataset.ready = "";
  const box = document.createElement("div");
  box.className = "formula-try";
  const samples = document.createElement("div");
  samples.className = "formula-samples";
  const result = document.createElement("output");
  box.append(samples, result);
  box.hidden = true;
  input.after(box);
  const values = {};
  let timer = 0;

  async function ask() {
    if (!input.value.trim()) { box.hidden = true; return; }
    const query = new URLSearchParams({ expression: input.value });
    for (const [name, value] of Object.entries(values)) query.set(`v-${name}`, value);
    try {
      const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok) draw(await answer.json());
    } catch { /* Only a help: without a connection there is none. */ }
  }

  function draw(told) {
    box.hidden = false;
    result.className = told.error ? "formula-error" : "";
    result.textContent = told.error ?? `${words.result}: ${told.result ?? words.none}`;
    if (!told.variables) return;
    const present = [...samples.children].map((one) => one.dataset.name);
    if (present.join() === told.variables.join()) return;
    samples.replaceChildren(...told.variables.map((name, place) => {
      const label = document.createElement("label");
      label.dataset.name = name;
      const sample = Object.assign(document.createElement("input"), {
        type: "text", className: "form-control", inputMode: "decimal", value: values[name] ?? "",
      });
      values[name] ??= "";
      sample.addEventListener("input", (event) => {
        event.stopPropagation();
        values[name] = sample.value;
        later();
      });
      sample.addEventListener("change", (event) => event.stopPropagation());
      label.append(Object.assign(document.createElement("span"), { className: "code", textContent: name }), sample);
      if (place === 0) samples.setAttribute("aria-label", words.try);
      return label;
    }));
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  };
  input.addEventListener("input", later);
  if (input.value) ask();
}

// --- Start ------------------------------------------------------------------------------------

const draft = document.querySelector("[data-draft]");
if (draft) {
  const formulas = (root) => root.querySelectorAll("input.formula").forEach((one) => startFormula(one, draft.dataset.preview));
  draft.querySelectorAll("[data-part]").forEach(startSaving);
  formulas(draft);
  const refresh = (target) => {
    const form = target.closest?.("form");
    if (form?.querySelector("select[name=to]") || form?.querySelector('[data-prototype*="branch-to"]')) {
      refreshTargets(form);
    }
  };
  draft.addEventListener("qms:added", (event) => { formulas(event.target); refresh(event.target); });
  draft.addEventListener("change", (event) => {
    if (["number", "title"].includes(event.target.name) || event.target.matches("fieldset")) refresh(event.target);
  });

  // The outline shows where one is.
  const links = new Map([...draft.querySelectorAll(".editor-outline a")].map((one) => [one.hash.slice(1), one]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "location");
    }
  }, { rootMargin: "-15% 0px -70% 0px" });
  draft.querySelectorAll(".editor-part").forEach((part) => seen.observe(part));
}
