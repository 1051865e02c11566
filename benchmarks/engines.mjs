// Train the networks of golden.json with the page's engine, and print what came out as JSON.

import { readFileSync } from "node:fs";
import { Network, losses, optimizers, trainStep } from "../nnlib/widgets/engine.js";

const golden = JSON.parse(readFileSync(process.argv[2]));
const results = golden.networks.map((given) => {
  const net = new Network(given.sizes, given.activations);
  net.theta.set(given.theta);
  const optimizer = new optimizers[given.optimizer](given.lr);
  const [x, y] = [Float64Array.from(given.x), Float64Array.from(given.y)];
  const gradients = [];
  const values = given.losses.map(() => {
    const value = trainStep(net, losses[given.loss], optimizer, x, y);
    if (gradients.length < given.steps.length) gradients.push([...net.grad]);
    return value;
  });
  return { losses: values, gradients, theta: [...net.theta] };
});
console.log(JSON.stringify(results));
