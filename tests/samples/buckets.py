"""An empty store, without another server."""

from citylake.lake import BUCKETS, Lake
from citylake.settings import Settings


def empty_buckets(settings: Settings) -> None:
    """Removes every object of every bucket."""
    lake = Lake(settings)
    for bucket in BUCKETS:
        for item in list(lake.list(bucket)):
            lake.remove(bucket, item.key)
