// Filters the table of exercises. Every word it says stands in the page (see extensions/exercises.py).
"use strict";

const AT_MOST = 3; // the column of minutes: its choice is a limit, the others are the text itself

function wire(form) {
  const rows = [...form.parentElement.querySelectorAll(".nn-exercises tbody tr")];
  const text = (row, column) => row.cells[column].textContent.trim();
  const selects = [...form.querySelectorAll("select")];
  const words = form.querySelector("input");

  for (const select of selects) {
    const column = Number(select.dataset.column);
    const values = [...new Set(rows.map((row) => text(row, column)))];
    if (column === AT_MOST) values.sort((a, b) => a - b);
    for (const value of values) select.add(new Option(value, value));
  }

  const fits = (row) =>
    row.textContent.toLowerCase().includes(words.value.trim().toLowerCase()) &&
    selects.every(({ value, dataset }) => {
      const said = text(row, dataset.column);
      return value === "" || (Number(dataset.column) === AT_MOST ? Number(said) <= Number(value) : said === value);
    });

  function show() {
    const shown = rows.filter((row) => !(row.hidden = !fits(row)));
    const minutes = shown.reduce((sum, row) => sum + Number(text(row, AT_MOST)), 0);
    const { one, many, minutes: unit } = form.dataset;
    form.querySelector("[role=status]").textContent =
      `${shown.length} ${shown.length === 1 ? one : many}, ${minutes} ${unit}`;
  }

  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}

document.querySelectorAll(".nn-filter").forEach(wire);
