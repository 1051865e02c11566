// The state of an explorer as the text of a link, and back. A link may come from anywhere: reading
// checks every value against its type, and what does not fit is left out.
//
// A type is {write(value) -> text, read(text) -> value, or undefined if the text is none}.

/** A number in [low, high]. Texts of numbers in JavaScript are exact: the same number comes back. */
export const number = (low, high) => ({
  write: String,
  read(text) {
    const value = text === "" ? NaN : Number(text);
    return value >= low && value <= high ? value : undefined;
  },
});

/** A whole number in [low, high]. */
export const integer = (low, high) => ({
  write: String,
  read: (text) => (/^-?\d+$/.test(text) ? number(low, high).read(text) : undefined),
});

/** One of a few words. */
export const oneOf = (words) => ({
  write: String,
  read: (text) => (words.includes(text) ? text : undefined),
});

/** True or false. */
export const flag = {
  write: (value) => (value ? "1" : "0"),
  read: (text) => ({ 0: false, 1: true })[text],
};

/** At most `most` values of one type, joined by `separator`. */
export const list = (type, separator, most) => ({
  write: (values) => values.map(type.write).join(separator),
  read(text) {
    const values = text === "" ? [] : text.split(separator).map(type.read);
    return values.length > most || values.includes(undefined) ? undefined : values;
  },
});

/**
 * An object with these fields, their texts joined in this order.
 * @param {object} usual - values of fields that came later: left out at the end of a text if they
 *   are these, so that links made before keep their meaning.
 */
export const record = (types, usual = {}, separator = ",") => ({
  write(value) {
    const keys = Object.keys(types);
    const isUsual = (key) =>
      key in usual && types[key].write(value[key]) === types[key].write(usual[key]);
    const written = keys.slice(0, keys.findLastIndex((key) => !isUsual(key)) + 1);
    return written.map((key) => types[key].write(value[key])).join(separator);
  },
  read(text) {
    const [keys, parts] = [Object.keys(types), text.split(separator)];
    const value = (key, i) => (i < parts.length ? types[key].read(parts[i]) : usual[key]);
    const pairs = keys.map((key, i) => [key, value(key, i)]);
    const complete =
      parts.length <= pairs.length && pairs.every(([, value]) => value !== undefined);
    return complete ? Object.fromEntries(pairs) : undefined;
  },
});

/** The names of the controls that a link hides: "hide=lr,seed" among its parts. */
export function hiddenBy(text) {
  const part = text.split("&").find((one) => one.startsWith("hide="));
  return part ? part.slice("hide=".length).split(",") : [];
}

/** What is added to a link so that it hides these controls. */
export const hidingText = (names) => (names.length ? `&hide=${names.join(",")}` : "");

/** The values named in `types` as "name=text&name=text". */
export function encodeState(types, values) {
  return Object.keys(types)
    .map((key) => `${key}=${types[key].write(values[key])}`)
    .join("&");
}

/** Those values of the text that are named in `types` and fit their type. */
export function decodeState(types, text) {
  const values = {};
  for (const part of text.split("&")) {
    const [key, ...rest] = part.split("=");
    const value = Object.hasOwn(types, key) ? types[key].read(rest.join("=")) : undefined;
    if (value !== undefined) values[key] = value;
  }
  return values;
}
