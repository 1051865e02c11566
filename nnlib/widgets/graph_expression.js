// Expressions as computational graphs: a small parser. Equal parts become one node, so the graph of
// x^2 * (x^2 + x) has one node for the square, which is used twice.
//
// The grammar, from the loosest to the tightest:
//   sum = product { (+ | -) product }      product = sign { (* | /) sign }
//   sign = - sign | power                  power = atom [ ^ sign ]
//   atom = number | name | function ( sum { , sum } ) | ( sum )

import { formatNumber } from "./scales.js";

export const NODES_MOST = 40;
export const INPUTS_MOST = 8;
export const TEXT_MOST = 160;

/** How many arguments each function takes. */
export const ARITY = { exp: 1, log: 1, sin: 1, cos: 1, tanh: 1, sigmoid: 1, relu: 1, max: 2 };

/** What is wrong with an expression, and where: `position` counts the characters from 1. */
export class ExpressionError extends Error {
  constructor(position, reason) {
    super(`Character ${position}: ${reason}`);
    this.position = position;
  }
}

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z]\w*)|([-+*/^(),])|(\S))/giy;

function tokensOf(text) {
  const tokens = [];
  for (const found of text.matchAll(TOKEN)) {
    const [, digits, name, sign, other] = found;
    const word = digits ?? name ?? sign ?? other;
    const position = found.index + found[0].length - word.length + 1;
    if (other) throw new ExpressionError(position, `“${other}” is not part of an expression.`);
    if (digits && !Number.isFinite(Number(digits))) throw new ExpressionError(position, "this number is too large.");
    tokens.push({ word, position, kind: digits ? "number" : name ? "name" : "sign" });
  }
  return [...tokens, { word: "", position: text.length + 1, kind: "end" }];
}

/** Builds the nodes, arguments first; a node that exists already is used again. */
class GraphBuilder {
  constructor() {
    Object.assign(this, { nodes: [], known: new Map() });
  }

  add(op, args, detail = "") {
    const key = `${op} ${args.join(" ")} ${detail}`;
    if (!this.known.has(key)) {
      const active = op === "input" || args.some((i) => this.nodes[i].active);
      this.nodes.push({ op, args, detail, active });
      this.known.set(key, this.nodes.length - 1);
    }
    return this.known.get(key);
  }

  constant(i) {
    return this.nodes[i].op === "constant" ? this.nodes[i].detail : null;
  }

  negative(i) {
    const value = this.constant(i);
    return value === null ? this.add("neg", [i]) : this.add("constant", [], -value);
  }

  power(base, exponent) {
    if (this.constant(exponent) === 2) return this.add("*", [base, base]); // a square is a product
    return this.add("^", [base, exponent]);
  }
}

class ExpressionParser {
  constructor(text) {
    Object.assign(this, { tokens: tokensOf(text), at: 0, build: new GraphBuilder() });
  }

  get token() {
    return this.tokens[this.at];
  }

  take(words) {
    const { word, kind } = this.token;
    if (kind !== "sign" || !words.includes(word)) return null;
    this.at += 1;
    return word;
  }

  fail(expected) {
    const { word, position } = this.token;
    throw new ExpressionError(position, `expected ${expected}, found ${word ? `“${word}”` : "the end"}.`);
  }

  sum() {
    let left = this.product();
    for (let op; (op = this.take("+-")); ) left = this.build.add(op, [left, this.product()]);
    return left;
  }

  product() {
    let left = this.sign();
    for (let op; (op = this.take("*/")); ) left = this.build.add(op, [left, this.sign()]);
    return left;
  }

  sign() {
    return this.take("-") ? this.build.negative(this.sign()) : this.power();
  }

  power() {
    const base = this.atom();
    return this.take("^") ? this.build.power(base, this.sign()) : base;
  }

  atom() {
    const token = this.token;
    if (this.take("(")) return this.closed(this.sum());
    if (token.kind !== "number" && token.kind !== "name") this.fail("a number, a name or “(”");
    this.at += 1;
    if (token.kind === "number") return this.build.add("constant", [], Number(token.word));
    if (Object.hasOwn(ARITY, token.word)) return this.call(token);
    if (this.token.word === "(") {
      throw new ExpressionError(token.position, `“${token.word}” is no function known here; a product needs a *.`);
    }
    return this.build.add("input", [], token.word);
  }

  closed(i) {
    if (!this.take(")")) this.fail("an operator or “)”");
    return i;
  }

  call({ word, position }) {
    if (!this.take("(")) this.fail(`“(” after ${word}`);
    const args = [this.sum()];
    while (this.take(",")) args.push(this.sum());
    this.closed(args[0]);
    if (args.length === ARITY[word]) return this.build.add(word, args);
    throw new ExpressionError(position, `${word} takes ${ARITY[word]} argument${ARITY[word] > 1 ? "s" : ""}, given ${args.length}.`);
  }
}

/** The nodes of an expression, each after its arguments: the last one is the result. */
export function parseExpression(text) {
  if (text.length > TEXT_MOST) throw new ExpressionError(TEXT_MOST + 1, `an expression has at most ${TEXT_MOST} characters.`);
  const parser = new ExpressionParser(text);
  const root = parser.sum();
  if (parser.token.kind !== "end") parser.fail("an operator or the end");
  const nodes = reachable(parser.build.nodes, root);
  const inputs = nodes.filter(({ op }) => op === "input");
  if (nodes.length > NODES_MOST) throw new ExpressionError(text.length, `the graph has ${nodes.length} nodes, at most ${NODES_MOST} can be drawn.`);
  if (inputs.length > INPUTS_MOST) throw new ExpressionError(text.length, `there are ${inputs.length} variables, at most ${INPUTS_MOST} can be set.`);
  return named(nodes);
}

/** Leave out what the result does not need: the 2 of x^2, the number before it was negated. */
function reachable(nodes, root) {
  const used = new Set([root]);
  for (let i = root; i >= 0; i--) if (used.has(i)) for (const arg of nodes[i].args) used.add(arg);
  const kept = [...used].sort((a, b) => a - b);
  return kept.map((i) => ({ ...nodes[i], args: nodes[i].args.map((arg) => kept.indexOf(arg)) }));
}

const constantName = (value) => (value < 0 ? `(${formatNumber(value, 6)})` : formatNumber(value, 6));

/** Number the operations v1, v2, ...; inputs are called by their names, constants by their values. */
function named(nodes) {
  let count = 0;
  const nameOf = ({ op, detail }) => {
    if (op === "input") return detail;
    return op === "constant" ? constantName(detail) : `v${(count += 1)}`;
  };
  return nodes.map((node) => ({ ...node, name: nameOf(node) }));
}
