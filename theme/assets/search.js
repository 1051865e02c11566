// Excerpts of found pages show each formula once, not also as its MathML and its source.
"use strict";

const pageText = Search.htmlToText;

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const copy of page.querySelectorAll(".katex-mathml")) copy.remove();
  return pageText(page.documentElement.outerHTML, anchor);
};
