"""Staging 治理: delivered bytes become typed, validated rows; the rejected ones lie beside them in quarantine.

`reading` turns a file of any form into blocks of text columns, `validation` types and checks a block,
`engine` does both for one file, `deliveries` does it for everything that has landed.
"""

from citylake.staging.deliveries import StagingSummary, stage

__all__ = ["StagingSummary", "stage"]
