// What a style sheet cannot do.
"use strict";

// A formula wider than its box scrolls; whoever uses a keyboard must be able to scroll it, too.
function letScrollingFormulasTakeFocus() {
  for (const box of document.querySelectorAll(".math-scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// To lay out a whole chapter takes longer than to fetch it. A page that opens at its top is shown when what is in sight
// is laid out; the rest follows whenever the browser has nothing else to do. Once a reader has scrolled, it is one section
// a frame, or the browser would not keep in place what she looks at. What measures all of the page when it has loaded
// (the theme does, and the function above) waits for the end.
function layOut(sections, deadline) {
  do {
    sections.shift()?.classList.add("nn-laid-out");
    document.body.getBoundingClientRect(); // lays it out now, so that its time counts
  } while (sections.length && !scrollY && deadline.timeRemaining() > 5);
  if (sections.length) {
    whenIdle(sections);
  } else {
    document.documentElement.classList.remove("nn-opening");
    dispatchEvent(new Event("load"));
  }
}

const whenIdle = (sections) =>
  requestAnimationFrame(() => requestIdleCallback((deadline) => layOut(sections, deadline), { timeout: 50 }));

function openGradually(event) {
  if (!document.documentElement.matches(".nn-opening")) return;
  event.stopImmediatePropagation();
  whenIdle([...document.querySelectorAll(".bd-article section section")]);
}

addEventListener("load", openGradually, { once: true }); // before all that waits for it
addEventListener("load", letScrollingFormulasTakeFocus);
addEventListener("resize", letScrollingFormulasTakeFocus);

// Excerpts in search results are fetched, which a page opened from a file may not do.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// A button beside every piece of code that copies it.
const [COPY, COPIED] = document.querySelector('meta[name="nn-copy"]').content.split("|");

function addCopyButton(pre) {
  const button = document.createElement("button");
  button.className = "nn-copy";
  button.type = "button";
  button.textContent = COPY;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = COPIED;
    setTimeout(() => (button.textContent = COPY), 2000);
  });
  pre.parentElement.append(button);
}

if (navigator.clipboard) document.querySelectorAll(".highlight:not(.cell_output *) > pre").forEach(addCopyButton);
