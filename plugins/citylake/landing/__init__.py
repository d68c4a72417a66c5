"""Landing 归集: departments' files, byte for byte, put once, hashed, with a manifest.

inbox/<department>/[<batch>/]<file>
-> landing/<department>/<dataset>/<period>/<delivery>/{<file>, contract.yml, manifest.json}
"""

from citylake.landing.arrivals import Waiting, waiting
from citylake.landing.handover import deliver
from citylake.landing.intake import LandingSummary, land
from citylake.landing.names import UNKNOWN

__all__ = ["UNKNOWN", "LandingSummary", "Waiting", "deliver", "land", "waiting"]
