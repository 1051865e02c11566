"""Explorers: interactive figures, alive in a notebook and on a page without a kernel."""

from nnlib.widgets.activations import ActivationsExplorer
from nnlib.widgets.approximation import ApproximationExplorer
from nnlib.widgets.descent import DescentExplorer
from nnlib.widgets.differentiation import DifferentiationExplorer
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.graph import GraphExplorer
from nnlib.widgets.loss import LossExplorer
from nnlib.widgets.neuron import NeuronExplorer
from nnlib.widgets.signal_flow import SignalFlowExplorer
from nnlib.widgets.stepper import BackpropExplorer
from nnlib.widgets.training import TrainingExplorer

__all__ = [
    "ActivationsExplorer",
    "ApproximationExplorer",
    "BackpropExplorer",
    "DescentExplorer",
    "DifferentiationExplorer",
    "Explorer",
    "GraphExplorer",
    "LossExplorer",
    "NeuronExplorer",
    "SignalFlowExplorer",
    "TrainingExplorer",
]
