"""Staging 治理: delivered bytes become typed, validated rows; the rejected ones lie beside them in quarantine.

`reading` turns a file of any form into blocks of text columns, `validation` types and checks a block,
`engine` does both for one file, `deliveries` does it for everything that has landed.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citylake.staging.deliveries import StagingSummary, stage

__all__ = ["StagingSummary", "stage"]


def __getattr__(name: str) -> Any:
    """Fetches `stage` when it is asked for: a reader of files alone does not load the object store's client."""
    if name not in __all__:
        raise AttributeError(name)
    from citylake.staging import deliveries

    return getattr(deliveries, name)
