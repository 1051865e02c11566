// A neural network in plain JavaScript, in the letters of the book and with the conventions of
// nnlib: the tests hold every loss, gradient and update of this file to nnlib's, to 1e-10.
//
// A batch is stored one sample a row, row after row in one Float64Array: sample i's entry k is
// x[i * n + k]. W has shape (n_out, n_in), W[j, k] = W[j * n_in + k] goes from unit k to unit j.

const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z)); // this form never overflows
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const LEAK = 0.01;

/** Activations: f(z), and the derivative df(z, a), which is handed the answer a = f(z) as well. */
export const activations = {
  identity: { f: (z) => z, df: () => 1 },
  sigmoid: { f: sigmoid, df: (z, a) => a * (1 - a) },
  tanh: { f: Math.tanh, df: (z, a) => 1 - a * a },
  relu: { f: (z) => Math.max(z, 0), df: (z) => (z > 0 ? 1 : 0) }, // 0 at the kink, by convention
  leaky_relu: { f: (z) => (z > 0 ? z : LEAK * z), df: (z) => (z > 0 ? 1 : LEAK) },
  softplus: { f: softplus, df: (z) => sigmoid(z) },
};

/** A fully connected layer: a = f(W a_in + b). Its parameters are views of the network's theta. */
class Dense {
  constructor(nIn, nOut, activation) {
    Object.assign(this, { nIn, nOut, f: activations[activation], m: 0 });
  }

  /** Lay W, b and their gradients over theta and grad, from position `start`; return the end. */
  attach(theta, grad, start) {
    const middle = start + this.nOut * this.nIn;
    const end = middle + this.nOut;
    [this.W, this.b] = [theta.subarray(start, middle), theta.subarray(middle, end)];
    [this.dW, this.db] = [grad.subarray(start, middle), grad.subarray(middle, end)];
    return end;
  }

  reserve(m) {
    if (m === this.m) return; // the batch size rarely changes: keep the memory
    this.m = m;
    for (const name of ["z", "a", "delta"]) this[name] = new Float64Array(m * this.nOut);
    this.dIn = new Float64Array(m * this.nIn);
  }

  /** (m, n_in) to (m, n_out). */
  forward(aIn, m) {
    this.reserve(m);
    this.aIn = aIn;
    const { nIn, nOut, W, b, z, a, f } = this;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < nOut; j++) {
        let sum = b[j];
        for (let k = 0; k < nIn; k++) sum += aIn[i * nIn + k] * W[j * nIn + k];
        z[i * nOut + j] = sum;
        a[i * nOut + j] = f.f(sum);
      }
    }
    return a;
  }

  /** Take the gradient with respect to a, (m, n_out); fill delta, dW and db. */
  backward(dA) {
    const { m, nIn, nOut, aIn, z, a, delta, dW, db, f } = this;
    for (let i = 0; i < delta.length; i++) delta[i] = dA[i] * f.df(z[i], a[i]); // BP1, BP2
    dW.fill(0);
    db.fill(0);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < nOut; j++) {
        const d = delta[i * nOut + j];
        for (let k = 0; k < nIn; k++) dW[j * nIn + k] += d * aIn[i * nIn + k]; // BP3
        db[j] += d; // BP4
      }
    }
  }

  /** The gradient with respect to the layer's input, (m, n_in): the W^T delta of BP2. */
  dInput() {
    const { m, nIn, nOut, W, delta, dIn } = this;
    dIn.fill(0);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < nOut; j++) {
        const d = delta[i * nOut + j];
        for (let k = 0; k < nIn; k++) dIn[i * nIn + k] += d * W[j * nIn + k];
      }
    }
    return dIn;
  }
}

/** A feed-forward network. `layers[0]` only holds the input's width: layers[l] is the book's l. */
export class Network {
  /**
   * @param {number[]} sizes - the widths n_0, ..., n_L.
   * @param {string[]} names - the activation of each layer 1, ..., L.
   */
  constructor(sizes, names) {
    this.sizes = sizes;
    this.layers = [{ nOut: sizes[0] }];
    names.forEach((name, i) => this.layers.push(new Dense(sizes[i], sizes[i + 1], name)));
    const dense = this.layers.slice(1);
    const P = dense.reduce((sum, layer) => sum + (layer.nIn + 1) * layer.nOut, 0);
    this.theta = new Float64Array(P); // W1 row by row, b1, W2, b2, ...
    this.grad = new Float64Array(P);
    dense.reduce((start, layer) => layer.attach(this.theta, this.grad, start), 0);
  }

  /**
   * Draw new weights: He's rule for the ReLU family, Glorot's otherwise, all times `factor`; biases
   * are zero.
   */
  start(random, factor = 1) {
    const heFamily = [activations.relu, activations.leaky_relu, activations.softplus];
    for (const { nIn, nOut, W, b, f } of this.layers.slice(1)) {
      const variance = heFamily.includes(f) ? 2 / nIn : 2 / (nIn + nOut);
      W.forEach((_, i) => (W[i] = factor * random.normal(0, Math.sqrt(variance))));
      b.fill(0);
    }
    return this;
  }

  /** Outputs (m, n_L) of a batch (m, n_0). The array belongs to the last layer: copy it to keep it. */
  forward(x) {
    const m = x.length / this.sizes[0];
    let a = x;
    for (const layer of this.layers.slice(1)) a = layer.forward(a, m);
    return a;
  }

  /** Backpropagate the loss's gradient with respect to the outputs, (m, n_L); fill `grad`. */
  backward(dOut) {
    let dA = dOut;
    for (let l = this.layers.length - 1; l >= 1; l--) {
      this.layers[l].backward(dA);
      if (l > 1) dA = this.layers[l].dInput();
    }
  }
}

const sumOver = (n, term) => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += term(i);
  return sum;
};
const row = (values, i, n) => values.subarray(i * n, (i + 1) * n);

/** log(sum(exp(z))), with the largest entry taken out so that nothing overflows. */
function logSumExp(z) {
  const top = z.reduce((a, b) => Math.max(a, b));
  return top + Math.log(sumOver(z.length, (j) => Math.exp(z[j] - top)));
}

/**
 * Losses: `value(out, y, m)` is the mean over the m samples of the sum over the outputs, and
 * `grad(out, y, m)` its derivative with respect to the outputs. Cross-entropies act on logits.
 */
export const losses = {
  MSE: {
    value: (out, y, m) => sumOver(out.length, (i) => (out[i] - y[i]) ** 2) / m,
    grad: (out, y, m) => out.map((o, i) => (2 / m) * (o - y[i])),
  },
  BinaryCrossEntropy: {
    value: (out, y, m) => sumOver(out.length, (i) => softplus(out[i]) - y[i] * out[i]) / m,
    grad: (out, y, m) => out.map((o, i) => (sigmoid(o) - y[i]) / m),
  },
  SoftmaxCrossEntropy: {
    value(out, y, m) {
      const sums = sumOver(m, (i) => logSumExp(row(out, i, out.length / m)));
      return (sums - sumOver(out.length, (i) => y[i] * out[i])) / m;
    },
    grad(out, y, m) {
      const n = out.length / m;
      const sums = Array.from({ length: m }, (_, i) => logSumExp(row(out, i, n)));
      return out.map((o, i) => (Math.exp(o - sums[Math.floor(i / n)]) - y[i]) / m);
    },
  },
};

/** Change every entry of theta by rule(i), in place. */
const update = (theta, rule) => {
  for (let i = 0; i < theta.length; i++) theta[i] -= rule(i);
};

class SGD {
  constructor(lr) {
    this.lr = lr;
  }

  step(theta, g) {
    update(theta, (i) => this.lr * g[i]);
  }
}

/** v = mu v + g; theta -= lr v. The rate stands outside the velocity, as in PyTorch. */
class Momentum {
  constructor(lr, mu = 0.9) {
    Object.assign(this, { lr, mu });
  }

  step(theta, g) {
    this.v ??= new Float64Array(theta.length);
    update(theta, (i) => this.lr * this.direction(g[i], (this.v[i] = this.mu * this.v[i] + g[i])));
  }

  direction(g, v) {
    return v;
  }
}

/** Momentum that looks ahead: theta -= lr (g + mu v). */
class Nesterov extends Momentum {
  direction(g, v) {
    return g + this.mu * v;
  }
}

class AdaGrad {
  constructor(lr, eps = 1e-10) {
    Object.assign(this, { lr, eps });
  }

  step(theta, g) {
    const s = (this.s ??= new Float64Array(theta.length));
    update(theta, (i) => (this.lr * g[i]) / (Math.sqrt((s[i] += g[i] ** 2)) + this.eps));
  }
}

class RMSProp {
  constructor(lr, rho = 0.99, eps = 1e-8) {
    Object.assign(this, { lr, rho, eps });
  }

  step(theta, g) {
    const s = (this.s ??= new Float64Array(theta.length));
    update(theta, (i) => {
      s[i] = this.rho * s[i] + (1 - this.rho) * g[i] ** 2;
      return (this.lr * g[i]) / (Math.sqrt(s[i]) + this.eps);
    });
  }
}

class Adam {
  constructor(lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
    Object.assign(this, { lr, beta1, beta2, eps, t: 0 });
  }

  step(theta, g) {
    const { lr, beta1, beta2, eps } = this;
    this.m ??= new Float64Array(theta.length);
    this.v ??= new Float64Array(theta.length);
    this.t += 1;
    const [c1, c2] = [1 - beta1 ** this.t, 1 - beta2 ** this.t]; // both means start at zero
    update(theta, (i) => {
      this.m[i] += (1 - beta1) * (g[i] - this.m[i]);
      this.v[i] += (1 - beta2) * (g[i] ** 2 - this.v[i]);
      return (lr * (this.m[i] / c1)) / (Math.sqrt(this.v[i] / c2) + eps);
    });
  }
}

/** Optimisers by name: `new optimizers.Adam(lr).step(theta, grad)` changes theta in place. */
export const optimizers = { SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam };

/**
 * One step of training on a batch: forward pass, loss, backpropagation, update. Returns the loss.
 * With weight decay, the gradient of decay / 2 times the squared length of theta comes on top.
 */
export function trainStep(net, loss, optimizer, x, y, decay = 0) {
  const m = x.length / net.sizes[0];
  const out = net.forward(x); // 1. forward pass
  const value = loss.value(out, y, m); // 2. loss
  net.backward(loss.grad(out, y, m)); // 3. backpropagation
  const grad = decay ? net.grad.map((g, i) => g + decay * net.theta[i]) : net.grad;
  optimizer.step(net.theta, grad); // 4. update
  return value;
}
