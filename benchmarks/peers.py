"""One training step and one epoch, as nnlib, PyTorch and scikit-learn do them, and the bare matrix products.

Every side computes in float64 and does the same work: forward pass, the loss as a number, gradient, update.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from time import perf_counter

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnlib import MSE, SGD, Adam, Network, SoftmaxCrossEntropy, mlp, relu, train

Run = Callable[[], object]


def seconds(run: Run, repeats: int) -> float:
    """Return the time of ``repeats`` runs."""
    start = perf_counter()
    for _ in range(repeats):
        run()
    return perf_counter() - start


def nnlib_step(sizes: list[int], m: int, adam: bool) -> Run:
    """Return a function that does one training step of nnlib."""
    rng = np.random.default_rng(0)
    net, loss, optimizer = mlp(sizes, relu, rng=rng), MSE(), Adam(1e-3) if adam else SGD(1e-3)
    x, y = rng.normal(size=(m, sizes[0])), rng.normal(size=(m, sizes[-1]))

    def step() -> float:
        out = net.forward(x)
        value = loss(out, y)
        net.backward(loss.grad(out, y))
        optimizer.step(net.theta, net.grad)
        return value

    return step


def torch_network(sizes: list[int]) -> torch.nn.Module:
    """Return the same network as `mlp(sizes, relu)` builds, in PyTorch."""
    layers: list[torch.nn.Module] = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def torch_step(sizes: list[int], m: int, adam: bool) -> Run:
    """Return a function that does the same step in PyTorch, eagerly."""
    net = torch_network(sizes)
    kind = torch.optim.Adam if adam else torch.optim.SGD
    criterion, optimizer = torch.nn.MSELoss(), kind(net.parameters(), lr=1e-3)
    x, y = torch.randn(m, sizes[0]), torch.randn(m, sizes[-1])

    def step() -> float:
        loss = criterion(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def products_step(sizes: list[int], m: int) -> Run:
    """Return a function that does the step's matrix products and nothing else."""
    rng = np.random.default_rng(0)
    a = [rng.normal(size=(m, n)) for n in sizes]
    W = [rng.normal(size=(n_out, n_in)) for n_in, n_out in itertools.pairwise(sizes)]

    def step() -> None:
        for l in range(1, len(sizes)):
            a[l - 1] @ W[l - 1].T  # z
        for l in range(len(sizes) - 1, 0, -1):
            a[l].T @ a[l - 1]  # the gradient of W
            if l > 1:
                a[l] @ W[l - 1]  # the error signal of the layer before

    return step


class Classifier:
    """A network 64-width-10 that reads digits; `fit` trains a new one, `score` says what share it reads."""

    name: str

    def __init__(self, width: int, batch_size: int, epochs: int, adam: bool) -> None:
        self.width, self.batch_size, self.epochs, self.adam = width, batch_size, epochs, adam
        self.lr = 1e-3 if adam else 0.5

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def logits(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def score(self, x: np.ndarray, y: np.ndarray) -> float:
        """Return the share of the digits that are read right."""
        return float(np.mean(self.logits(x).argmax(axis=1) == y))


class NnlibClassifier(Classifier):
    """Trained by nnlib."""

    name = "nnlib"

    net: Network

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        rng = np.random.default_rng(0)
        self.net = mlp([64, self.width, 10], relu, rng=rng)
        optimizer = Adam(self.lr) if self.adam else SGD(self.lr)
        options = {"epochs": self.epochs, "batch_size": self.batch_size, "rng": rng}
        for _ in train(self.net, SoftmaxCrossEntropy(), optimizer, x, y, **options):
            pass

    def logits(self, x: np.ndarray) -> np.ndarray:
        return self.net.predict(x)


class TorchClassifier(Classifier):
    """Trained by PyTorch, eagerly, the batches taken from tensors by index."""

    name = "PyTorch"

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        torch.manual_seed(0)
        self.net = torch_network([64, self.width, 10])
        kind = torch.optim.Adam if self.adam else torch.optim.SGD
        criterion, optimizer = torch.nn.CrossEntropyLoss(), kind(self.net.parameters(), lr=self.lr)
        inputs, labels = torch.tensor(x), torch.tensor(y)
        for _ in range(self.epochs):
            total = 0.0
            for chosen in torch.randperm(len(inputs)).split(self.batch_size):
                loss = criterion(self.net(inputs[chosen]), labels[chosen])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(chosen)

    def logits(self, x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return self.net(torch.tensor(x)).numpy()


class SklearnClassifier(Classifier):
    """Trained by scikit-learn; its rate for SGD is plain, without momentum."""

    name = "scikit-learn"

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.model = MLPClassifier(
            (self.width,),
            solver="adam" if self.adam else "sgd",
            learning_rate_init=self.lr,
            momentum=0,
            batch_size=self.batch_size,
            max_iter=self.epochs,
            alpha=0,
            tol=0,
            n_iter_no_change=self.epochs,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is fixed
            self.model.fit(x, y)

    def logits(self, x: np.ndarray) -> np.ndarray:
        return self.model.predict_proba(x)


def products_epochs(width: int, batch_size: int, epochs: int, samples: int) -> Run:
    """Return a function that does the matrix products of so many epochs and nothing else."""
    step = products_step([64, width, 10], batch_size)

    def run() -> None:
        for _ in range(epochs * samples // batch_size):
            step()

    return run
