"""Accuracy 准确度: how close the base databases come to the known truth of a simulated city."""

from citylake.accuracy.city import AnotherCity, NotASimulation
from citylake.accuracy.measuring import measure
from citylake.accuracy.model import Accuracy, Example, FaultKind, Figure, Rule

__all__ = ["Accuracy", "AnotherCity", "Example", "FaultKind", "Figure", "NotASimulation", "Rule", "measure"]
