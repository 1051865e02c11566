// Tables of numbers as text for spreadsheets and programs (RFC 4180).

/** A field: numbers with all their digits; what is not known or not finite stays empty. */
function csvField(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && !Number.isFinite(value)) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {{columns: string[], rows: any[][]}} table - its columns are the first line. */
export const csvText = ({ columns, rows }) =>
  [columns, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");

/** Tables side by side: where one is shorter, its fields stay empty. */
export function beside(...tables) {
  const length = Math.max(...tables.map(({ rows }) => rows.length));
  const row = (i) => tables.flatMap(({ columns, rows }) => rows[i] ?? columns.map(() => null));
  return { columns: tables.flatMap(({ columns }) => columns), rows: Array.from({ length }, (_, i) => row(i)) };
}
