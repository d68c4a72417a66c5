"""Contracts: a dataset is a YAML file before it is code."""

from citylake.contracts.loader import Contracts, load_contracts
from citylake.contracts.model import Column, Contract
from citylake.contracts.periods import Period

__all__ = ["Column", "Contract", "Contracts", "Period", "load_contracts"]
