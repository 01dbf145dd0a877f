// The rich text editor: turns each <textarea data-rich-text> into a Tiptap editor that writes back.
// The server cleans what arrives, whatever the browser sent.
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { TableKit } from "@tiptap/extension-table";
import { icon } from "./forms.js";

const WORDS = {
  es: {
    tools: "Formato", heading: "Título", bold: "Negrita", italic: "Cursiva", underline: "Subrayado",
    list: "Lista", numbers: "Lista numerada", quote: "Cita", link: "Enlace", table: "Tabla",
    undo: "Deshacer", redo: "Rehacer", address: "Dirección (https://… o mailto:…)",
    row: "Agregar fila", column: "Agregar columna", lessRow: "Quitar fila",
    lessColumn: "Quitar columna", noTable: "Quitar tabla",
  },
  en: {
    tools: "Format", heading: "Heading", bold: "Bold", italic: "Italic", underline: "Underline",
    list: "List", numbers: "Numbered list", quote: "Quotation", link: "Link", table: "Table",
    undo: "Undo", redo: "Redo", address: "Address (https://… or mailto:…)",
    row: "Add row", column: "Add column", lessRow: "Remove row",
    lessColumn: "Remove column", noTable: "Remove table",
  },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.es;

function setLink(editor) {
  const present = editor.getAttributes("link").href ?? "";
  const href = window.prompt(words.address, present);
  if (href === null) return;
  const chain = editor.chain().focus().extendMarkRange("link");
  if (/^(https?:\/\/|mailto:)\S+$/i.test(href)) chain.setLink({ href }).run();
  else if (!href) chain.unsetLink().run();
}

// Name, what it does, and how to tell whether it is on; null is a gap.
const TOOLS = [
  ["heading", (e) => e.chain().focus().toggleHeading({ level: 3 }).run(), (e) => e.isActive("heading")],
  ["bold", (e) => e.chain().focus().toggleBold().run(), (e) => e.isActive("bold")],
  ["italic", (e) => e.chain().focus().toggleItalic().run(), (e) => e.isActive("italic")],
  ["underline", (e) => e.chain().focus().toggleUnderline().run(), (e) => e.isActive("underline")],
  null,
  ["list", (e) => e.chain().focus().toggleBulletList().run(), (e) => e.isActive("bulletList")],
  ["numbers", (e) => e.chain().focus().toggleOrderedList().run(), (e) => e.isActive("orderedList")],
  ["quote", (e) => e.chain().focus().toggleBlockquote().run(), (e) => e.isActive("blockquote")],
  ["link", setLink, (e) => e.isActive("link")],
  ["table", (e) => e.chain().focus().insertTable({ rows: 3, cols: 2, withHeaderRow: true }).run(), (e) => e.isActive("table")],
  null,
  ["undo", (e) => e.chain().focus().undo().run()],
  ["redo", (e) => e.chain().focus().redo().run()],
];
const TABLE_TOOLS = [
  ["row", "arrow-down", (e) => e.chain().focus().addRowAfter().run()],
  ["column", "chevron-right", (e) => e.chain().focus().addColumnAfter().run()],
  ["lessRow", "arrow-up", (e) => e.chain().focus().deleteRow().run()],
  ["lessColumn", "chevron-left", (e) => e.chain().focus().deleteColumn().run()],
  ["noTable", "trash", (e) => e.chain().focus().deleteTable().run()],
];

function tool(bar, name, drawing, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "tool", title: words[name], tabIndex: -1 });
  button.setAttribute("aria-label", words[name]);
  button.append(icon(drawing));
  // The cursor stays in the text when the mouse takes a tool.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", act);
  bar.append(button);
  return button;
}

// One Tab stop for the whole bar, arrows inside it, as toolbars are used.
function walk(bar) {
  const usable = () => [...bar.querySelectorAll("button")].filter((one) => !one.hidden);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = usable();
    const place = (all.indexOf(document.activeElement) + step + all.length) % all.length;
    all.forEach((button, number) => { button.tabIndex = number === place ? 0 : -1; });
    all[place].focus();
    event.preventDefault();
  });
  usable()[0].tabIndex = 0;
}

function enrich(textarea) {
  if (textarea.dataset.ready !== undefined) return;
  textarea.dataset.ready = "";
  const box = document.createElement("div");
  box.className = "rich-editor";
  const bar = document.createElement("div");
  bar.className = "rich-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `${words.tools}: ${textarea.dataset.label ?? ""}`);
  const surface = document.createElement("div");
  box.append(bar, surface);
  textarea.after(box);
  textarea.hidden = true;

  const attributes = {
    id: `${textarea.id}-editor`, role: "textbox", "aria-multiline": "true",
    "aria-label": textarea.dataset.label ?? "",
  };
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name);
  }
  const editor = new Editor({
    element: surface,
    injectCSS: false,
    editorProps: { attributes },
    extensions: [
      StarterKit.configure({
        heading: { levels: [3, 4] }, code: false, codeBlock: false, strike: false,
        horizontalRule: false, dropcursor: false, trailingNode: false,
        link: { openOnClick: false, protocols: ["mailto"], HTMLAttributes: { target: null, rel: null } },
      }),
      TableKit.configure({ table: { resizable: false } }),
    ],
    content: textarea.value,
    onUpdate: () => {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
      textarea.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });

  const marks = [];
  for (const entry of TOOLS) {
    if (!entry) {
      const gap = document.createElement("span");
      gap.className = "gap";
      bar.append(gap);
      continue;
    }
    const [name, act, isOn] = entry;
    const button = tool(bar, name, name, () => act(editor));
    if (isOn) marks.push([button, isOn]);
  }
  const tableButtons = TABLE_TOOLS.map(([name, drawing, act]) => tool(bar, name, drawing, () => act(editor)));
  const refresh = () => {
    for (const [button, isOn] of marks) button.setAttribute("aria-pressed", String(isOn(editor)));
    for (const button of tableButtons) button.hidden = !editor.isActive("table");
  };
  editor.on("transaction", refresh);
  refresh();
  walk(bar);

  // A link of the error summary, or the field's label, goes to the editor in the textarea's place.
  for (const label of textarea.labels) {
    label.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); });
  }
  for (const link of document.querySelectorAll(`a[href="#${CSS.escape(textarea.id)}"]`)) {
    link.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); });
  }
  return editor;
}

function enrichAll(root) {
  root.querySelectorAll("textarea[data-rich-text]").forEach(enrich);
}

enrichAll(document);
document.addEventListener("qms:added", (event) => enrichAll(event.target));
document.addEventListener("htmx:load", (event) => {
  if (event.target.querySelectorAll) enrichAll(event.target);
});
