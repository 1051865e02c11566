// The graph as SVG: nodes with their values and derivatives, edges with their local derivatives.

import { setAttributes, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { layoutGraph } from "./graph_layout.js";
import { hasValue, operationText, sameSlope, shownDerivative } from "./graph_state.js";

const BOX = { width: 96, height: 62 };
const ALONG_LEAST = 144; // between layers, side by side: a box and a number at the edge
const GAP = { along: 112, across: 106, rows: 92 };
const MARGIN = 8;

const ROOM = { title: 13, number: 9 }; // characters in a box

/** A number as it fits into a box: four digits, or fewer beside a power of ten. */
export function boxNumber(value) {
  if (Number.isNaN(value)) return "none";
  const texts = [4, 3, 2].map((digits) => formatNumber(value, digits));
  return texts.find(({ length }) => length <= ROOM.number) ?? texts.at(-1);
}

/** What stands at the top of a node's box: its formula, or its name and operation, or as much as fits. */
export function boxTitle(node, nodes) {
  const whole = node.args.length ? `${node.name} = ${operationText(node, (arg) => nodes[arg].name)}` : node.name;
  const title = node.args.length && whole.length > ROOM.title ? `${node.name}: ${node.op}` : whole;
  return title.length > ROOM.title ? `${title.slice(0, ROOM.title - 1)}…` : title;
}

export class GraphPicture {
  constructor() {
    this.edges = svg("g");
    this.nodes = svg("g");
    this.element = svg("svg", { class: "nn-plot nn-graph-picture", role: "img" }, this.edges, this.nodes);
  }

  /** Lay the graph out from left to right if there is room, else from top to bottom. */
  arrange(nodes, width) {
    const key = JSON.stringify([nodes, width]);
    if (key === this.key) return;
    this.key = key;
    const layout = layoutGraph(nodes);
    const positions = [...layout.places, ...layout.edges.flatMap(({ path }) => path)].map(([, at]) => at);
    const [low, high] = [Math.min(...positions), Math.max(...positions)];
    this.down = width < layout.depth * ALONG_LEAST;
    const across = this.down ? GAP.across : GAP.rows;
    const along = this.down ? GAP.along : Math.min((width - BOX.width - 2 * MARGIN) / Math.max(layout.depth - 1, 1), 210);
    const [half, ahead] = this.down ? [BOX.width / 2, BOX.height / 2] : [BOX.height / 2, BOX.width / 2];
    const size = [(layout.depth - 1) * along + 2 * (ahead + MARGIN), (high - low) * across + 2 * (half + MARGIN + 4)];
    const point = ([layer, at]) => [MARGIN + ahead + layer * along, MARGIN + 4 + half + (at - low) * across];
    Object.assign(this, { layout, ahead, point });
    const [w, h] = this.down ? size.reverse() : size;
    setAttributes(this.element, { viewBox: `0 0 ${w.toFixed(1)} ${h.toFixed(1)}`, width: w.toFixed(1), height: h.toFixed(1) });
  }

  /** From (along, across) to (x, y). */
  xy([along, across]) {
    return this.down ? [across, along] : [along, across];
  }

  draw(now, width, text) {
    this.arrange(now.nodes, width);
    this.element.setAttribute("aria-label", text);
    this.edges.replaceChildren(...this.layout.edges.map((edge) => this.edge(edge, now)));
    this.nodes.replaceChildren(...now.nodes.map((_, i) => this.node(i, now)));
  }

  edge({ from, to, k, path }, now) {
    const twins = now.nodes[to].args.filter((arg) => arg === from).length;
    const apart = twins > 1 ? (k - 0.5) * 30 : 0;
    const points = path.map(this.point);
    const count = points.length;
    points[0] = [points[0][0] + this.ahead, points[0][1] + apart / 2];
    points[count - 1] = [points[count - 1][0] - this.ahead - 7, points[count - 1][1] + apart / 2];
    let line = `M${this.text(points[0])}`;
    for (let i = 1; i < count; i++) {
      const [a, b] = [points[i - 1], points[i]];
      const middle = (a[0] + b[0]) / 2;
      line += `C${this.text([middle, a[1] + apart / 2])} ${this.text([middle, b[1] + apart / 2])} ${this.text(b)}`;
    }
    const active = now.nodes[from].active;
    const busy = this.busy(now, from, to, k);
    const back = busy && now.visit;
    const [tip, way] = back ? [points[0], -1] : [points[count - 1], 1];
    const head = [[tip[0] + 7 * way, tip[1]], [tip[0], tip[1] - 4.5], [tip[0], tip[1] + 4.5]].map((p) => this.text(back ? [p[0] + 7, p[1]] : p));
    const [a, b] = points.slice(-2);
    const beside = twins > 1 && this.down ? 1.5 * apart : 0.5 * apart; // so that the numbers of twins do not meet
    const at = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + beside];
    const [x, y] = this.xy(at);
    const shown = active && hasValue(now, to) && now.step > 0;
    const label = svg("text", { class: "nn-local", x: x.toFixed(1), y: (y + 4).toFixed(1), "text-anchor": "middle" }, shown ? boxNumber(now.local[to][k]) : "");
    const kind = `nn-edge${active ? "" : " nn-passive"}${busy ? " nn-busy" : ""}`;
    return svg("g", { class: kind }, svg("path", { class: "nn-line", d: line }), svg("path", { class: "nn-head", d: `M${head.join("L")}z` }), label);
  }

  /** Whether the present step uses an edge. */
  busy(now, from, to, k) {
    if (now.visit) return now.visit.node === to && now.visit.sent.some((sent) => sent.k === k);
    return now.step > 0 && now.operations[now.step - 1] === to;
  }

  text(place) {
    return this.xy(place).map((v) => v.toFixed(1)).join(" ");
  }

  node(i, now) {
    const { nodes, values, mode, right, step, last } = now;
    const node = nodes[i];
    const [x, y] = this.xy(this.point(this.layout.places[i]));
    const leaf = !node.args.length;
    const busy = step > 0 && (now.visit ? now.visit.node === i : now.operations[step - 1] === i);
    const line = (dy, kind, text) => svg("text", { class: kind, x: x.toFixed(1), y: (y + dy).toFixed(1), "text-anchor": "middle" }, text);
    const derivative = shownDerivative(now, i);
    const wrong = derivative !== null && mode === "reverse" && step === last && !sameSlope(derivative, right[i]);
    const rows = wrong ? [-18, -4, 11, 25] : [-14, 4, 22]; // a wrong derivative has the right one below it
    const lines = [];
    if (node.op === "constant") lines.push(line(5, "nn-title", boxNumber(node.detail)));
    else {
      lines.push(line(rows[0], "nn-title", boxTitle(node, nodes)));
      if (hasValue(now, i)) lines.push(line(rows[1], "nn-number", boxNumber(values[i])));
    }
    if (derivative !== null) {
      const sign = wrong ? "✗" : mode === "forward" ? "→" : "←";
      lines.push(line(rows[2], wrong ? "nn-derivative nn-wrong" : "nn-derivative", `${sign} ${boxNumber(derivative)}`));
      if (wrong) lines.push(line(rows[3], "nn-right", `✓ ${boxNumber(right[i])}`));
    }
    const box = { x: (x - BOX.width / 2).toFixed(1), y: (y - BOX.height / 2).toFixed(1), ...BOX, rx: leaf ? 14 : 5 };
    const kind = `nn-node${leaf ? " nn-leaf" : ""}${busy ? " nn-busy" : ""}${hasValue(now, i) ? "" : " nn-empty"}`;
    return svg("g", { class: kind }, svg("rect", box), ...lines);
  }
}
