// What a style sheet cannot do.
"use strict";

// A formula wider than its box scrolls; whoever uses a keyboard must be able to scroll it, too.
function letScrollingFormulasTakeFocus() {
  for (const box of document.querySelectorAll(".math-scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

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
