// Checks a quiz in place. Every word it says stands in the page (see extensions/quiz.py).
"use strict";

function verdict(form) {
  const answers = [...form.querySelectorAll(".nn-quiz-key li")];
  const chosen = [...form.elements].filter((input) => input.checked).map((input) => answers[input.value]);
  if (chosen.length === 0) return [paragraph(form.dataset.none)];
  const said = chosen.map((answer) => {
    const right = answer.dataset.right === "true";
    const line = paragraph(right ? form.dataset.right : form.dataset.wrong, right);
    line.append(" ", ...answer.querySelector(".nn-quiz-why").cloneNode(true).childNodes);
    return line;
  });
  const missing = answers.some((answer) => answer.dataset.right === "true" && !chosen.includes(answer));
  const onlyRight = chosen.every((answer) => answer.dataset.right === "true");
  return missing && onlyRight ? [...said, paragraph(form.dataset.missing)] : said;
}

function paragraph(text, right) {
  const line = document.createElement("p");
  if (right !== undefined) line.dataset.right = right;
  const word = document.createElement("strong");
  word.textContent = text;
  line.append(word);
  return line;
}

for (const form of document.querySelectorAll(".nn-quiz")) {
  const key = form.querySelector(".nn-quiz-key");
  form.querySelector("button").hidden = false;
  key.hidden = true; // an answer first, then all of them
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector(".nn-quiz-verdict").replaceChildren(...verdict(form));
    key.hidden = key.hidden && !form.querySelector(":checked");
  });
  form.addEventListener("change", () => form.querySelector(".nn-quiz-verdict").replaceChildren());
}
