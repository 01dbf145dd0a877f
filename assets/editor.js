// The rich text editor: turns each <textarea data-rich-text> into a Tiptap editor that writes back.
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { TableKit } from "@tiptap/extension-table";

function enrich(textarea) {
  const surface = document.createElement("div");
  textarea.after(surface);
  textarea.hidden = true;
  return new Editor({
    element: surface,
    injectCSS: false,
    extensions: [StarterKit.configure({ link: { openOnClick: false } }), TableKit],
    content: textarea.value,
    onUpdate: ({ editor }) => {
      textarea.value = editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
}

document.querySelectorAll("textarea[data-rich-text]").forEach(enrich);
