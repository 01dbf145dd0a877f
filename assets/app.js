// Every page's script. Pages read and sign without it; it adds speed and keys.
import htmx from "htmx.org";
import { startForms } from "./forms.js";
import { startSearch } from "./search.js";

window.htmx = htmx;
document.documentElement.classList.add("scripted");

const token = document.querySelector('meta[name="csrf-token"]')?.content;

// Each request of htmx carries the token that each form carries.
document.addEventListener("htmx:configRequest", (event) => {
  if (token) event.detail.headers["X-CSRF-Token"] = token;
});

// A refusal that came as a fragment is shown where messages stand.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
});

// Menus close with Escape and with a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.popup[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (location.hash === "#menu") {
    location.hash = "#main";
    document.querySelector(".drawer-open")?.focus();
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.popup[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// A form that destroys something says what it will do: <form data-confirm="...">.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Whoever presses a button twice means it once.
const AGAIN = 2000;
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const pressed = event.submitter ?? event.target;
  if (event.timeStamp - (sent.get(pressed) ?? -AGAIN) < AGAIN) event.preventDefault();
  else sent.set(pressed, event.timeStamp);
});

// What takes long says that it is under way, until the next page comes; files come without one.
const SOON = 700;
const LONG = 30000;
const idle = () => document.querySelector(".working")?.remove();
document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  const words = document.querySelector("[data-working]")?.dataset.working;
  if (event.defaultPrevented || target.method !== "post" || !words) return;
  if ("stays" in target.dataset || submitter?.formAction.includes("download=")) return;
  setTimeout(() => {
    idle();
    const shown = document.createElement("div");
    shown.className = "working";
    shown.setAttribute("role", "status");
    shown.textContent = words;
    document.body.append(shown);
    setTimeout(idle, LONG);
  }, SOON);
});
window.addEventListener("pageshow", idle);

// A select or box that is a filter sends its form at once: data-autosubmit.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
});

startSearch();
startForms();
document.querySelector("[data-focus]")?.focus();
