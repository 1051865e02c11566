// Where the nodes of a graph stand: in layers, each after its arguments, with few crossings.

/** The layer of every node: operations after their arguments, leaves just before what uses them. */
export function layersOf(nodes) {
  const layer = nodes.map(() => 0);
  nodes.forEach(({ args }, i) => {
    if (args.length) layer[i] = 1 + Math.max(...args.map((arg) => layer[arg]));
  });
  nodes.forEach(({ args: own }, i) => {
    if (own.length) return;
    const users = nodes.flatMap(({ args }, j) => (args.includes(i) ? [layer[j]] : []));
    if (users.length) layer[i] = Math.min(...users) - 1;
  });
  return layer;
}

/**
 * Lay the graph out. An edge over several layers gets a bend in each layer between, which takes part in
 * the ordering like a node. Returns {depth, breadth, places, edges}: places[i] = [layer, position], an
 * edge {from, to, k, path} with the places that it goes through. Positions are centred around 0.
 */
export function layoutGraph(nodes) {
  const layer = layersOf(nodes);
  const rows = Array.from({ length: Math.max(...layer) + 1 }, () => []);
  const spots = nodes.map((_, i) => ({ layer: layer[i], before: [], after: [] }));
  spots.forEach((spot) => rows[spot.layer].push(spot));
  const edges = nodes.flatMap(({ args }, to) =>
    args.map((from, k) => {
      const chain = [spots[from]];
      for (let l = layer[from] + 1; l < layer[to]; l++) {
        const bend = { layer: l, before: [], after: [], bend: true };
        rows[l].push(bend);
        chain.push(bend);
      }
      chain.push(spots[to]);
      for (let i = 1; i < chain.length; i++) {
        chain[i].before.push(chain[i - 1]);
        chain[i - 1].after.push(chain[i]);
      }
      return { from, to, k, chain };
    }),
  );
  order(rows);
  const breadth = Math.max(...rows.map((row) => row.length));
  const place = (spot) => [spot.layer, spot.at];
  return {
    depth: rows.length,
    breadth,
    places: spots.map(place),
    edges: edges.map(({ chain, ...edge }) => ({ ...edge, path: chain.map(place) })),
  };
}

const settleRow = (row) => row.forEach((spot, i) => (spot.at = i - (row.length - 1) / 2));

/** Sort each layer by the mean position of the neighbours, there and back a few times. */
function order(rows) {
  rows.forEach(settleRow);
  const mean = (others, own) => (others.length ? others.reduce((sum, { at }) => sum + at, 0) / others.length : own);
  for (let round = 0; round < 6; round++) {
    const back = round % 2 === 1;
    for (const row of back ? [...rows].reverse() : rows) {
      for (const spot of row) spot.wish = mean(back ? spot.after : spot.before, spot.at);
      row.sort((a, b) => a.wish - b.wish);
      settleRow(row);
    }
  }
  // Without changing the order, let each layer stand as close to its neighbours as its gaps allow.
  for (const row of rows) {
    const shift = row.reduce((sum, spot) => sum + mean([...spot.before, ...spot.after], spot.at) - spot.at, 0) / row.length;
    row.forEach((spot) => (spot.at += Math.round(shift * 2) / 2));
  }
}
