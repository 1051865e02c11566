// One slide at a time on a wide screen. Keys: arrows, Home, End; Escape shows all; a answers a quiz; d changes the light.
"use strict";

const root = document.documentElement;
const slides = [...document.querySelectorAll(".slide")];
const wide = matchMedia("(min-width: 50em)");
let at = 0;

function named() {
  return slides.findIndex((slide) => slide.id === decodeURIComponent(location.hash.slice(1)));
}

function go(number) {
  at = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, place) => slide.classList.toggle("current", place === at));
  history.replaceState(null, "", `#${slides[at].id}`);
  slides[at].focus({ preventScroll: true });
  if (root.classList.contains("overview")) slides[at].scrollIntoView({ block: "nearest" });
}

// "deck": one slide; "overview": all of them, small; "": a document, for narrow screens.
function show(mode) {
  root.classList.toggle("deck", mode === "deck");
  root.classList.toggle("overview", mode === "overview");
  document.querySelector("nav").hidden = mode === "";
  if (mode) go(at);
}

// What scrolls sideways, as a long formula does on a phone, can be reached and scrolled by keyboard.
function reach() {
  for (const part of document.querySelectorAll(".math-scroll, pre, .table")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

const overview = () => root.classList.contains("overview");
const columns = () => getComputedStyle(document.querySelector("main")).gridTemplateColumns.split(" ").length;
const keys = {
  ArrowRight: () => go(at + 1),
  ArrowLeft: () => go(at - 1),
  ArrowDown: () => go(at + (overview() ? columns() : 1)),
  ArrowUp: () => go(at - (overview() ? columns() : 1)),
  PageDown: () => go(at + 1),
  PageUp: () => go(at - 1),
  Home: () => go(0),
  End: () => go(slides.length - 1),
  Escape: () => show(overview() ? "deck" : "overview"),
  a: () => slides[at].querySelectorAll("details").forEach((answer) => (answer.open = !answer.open)),
  d: () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  },
};

addEventListener("keydown", (event) => {
  if (!wide.matches || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && overview()) show("deck");
  else if (Object.hasOwn(keys, event.key)) keys[event.key]();
  else return;
  event.preventDefault();
});
document.querySelector("nav").addEventListener("click", (event) => keys[event.target.dataset.key]?.());
document.querySelector("main").addEventListener("click", (event) => {
  const chosen = slides.indexOf(event.target.closest(".slide"));
  if (overview() && chosen >= 0) {
    at = chosen;
    show("deck");
  }
});
addEventListener("hashchange", () => named() >= 0 && go(named()));
addEventListener("resize", reach);
wide.addEventListener("change", () => show(wide.matches ? "deck" : ""));
at = Math.max(0, named());
show(wide.matches ? "deck" : "");
reach();
document.fonts.ready.then(reach);
