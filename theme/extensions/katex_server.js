// Renders formulas for katex.py: one JSON request per line on stdin, one JSON answer per line on stdout.
// A process per formula would cost 50 ms each; one process renders a whole book in a second.
"use strict";

const readline = require("node:readline");
const katex = require(process.argv[2]);

// The MathML says all that its annotation, the TeX source, says; and a thousandth of an em is not seen. To an operator
// such as max KaTeX adds the sign that it is applied, even in a subscript, which then has a part too many.
function mend(html) {
  return html
    .replace(/<annotation.*?<\/annotation>/gs, "")
    .replace(/(-?\d*\.\d{3})\d+em/g, "$1em")
    .replace(/<mo>\u2061<\/mo>(?=<\/(msub|msup|msubsup)>)/g, "");
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    // Strict mode turns dubious input (a stray non-ASCII letter, \\ outside an environment) into an error.
    const options = { displayMode: display, output: "htmlAndMathml", strict: "error", throwOnError: true };
    answer = { html: mend(katex.renderToString(tex, options)) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
