"""A simulated city: what its departments export, what is true, and which faults were planted.

It knows nothing of the rest of CityLake and reads no contract: exports and truth come from one simulated world.
"""

from citylake.simulator.simulate import Faults, SimulationRefused, SimulationSummary, simulate

__all__ = ["Faults", "SimulationRefused", "SimulationSummary", "simulate"]
