"""nnlib: the mathematics of neural networks as code, in the letters of the book.

The learning loop is four steps, and they are the whole body of `train`::

    for x_b, y_b in batches(x, y, batch_size, rng):
        out = net.forward(x_b)                     # 1. forward pass
        value = loss(out, y_b)                     # 2. loss
        net.backward(loss.grad(out, y_b))          # 3. backpropagation
        optimizer.step(net.theta, net.grad)        # 4. update
"""

from nnlib import autodiff, data, dual, init, schedules
from nnlib.activations import (
    ACTIVATIONS,
    Activation,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from nnlib.adaptive import AdaGrad, Adam, AdamW, RMSProp
from nnlib.dense import Dense
from nnlib.dropout import Dropout
from nnlib.gradcheck import GradientCheck, central_difference, check_gradient, relative_error
from nnlib.history import History, Record
from nnlib.layers import Input, Layer
from nnlib.losses import MSE, BinaryCrossEntropy, Loss, SoftmaxCrossEntropy
from nnlib.network import Network, mlp
from nnlib.optimizers import SGD, Momentum, Nesterov, Optimizer
from nnlib.parameter import Parameter
from nnlib.skip import Skip
from nnlib.softmax import log_sum_exp, softmax
from nnlib.training import DivergedError, accuracy, batches, train

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "MSE",
    "SGD",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BinaryCrossEntropy",
    "Dense",
    "DivergedError",
    "Dropout",
    "GradientCheck",
    "History",
    "Input",
    "Layer",
    "Loss",
    "Momentum",
    "Nesterov",
    "Network",
    "Optimizer",
    "Parameter",
    "RMSProp",
    "Record",
    "Skip",
    "SoftmaxCrossEntropy",
    "accuracy",
    "autodiff",
    "batches",
    "central_difference",
    "check_gradient",
    "data",
    "dual",
    "identity",
    "init",
    "leaky_relu",
    "log_sum_exp",
    "mlp",
    "relative_error",
    "relu",
    "schedules",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
    "train",
]
