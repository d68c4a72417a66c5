"""What dbt has parsed, carried from home to home: ten CPU seconds of every test that builds in a home of its own.

dbt throws it away when the path of the database changes, so the link to the open build lies in one place for all homes.
A project that lies elsewhere is parsed by itself. What a home has parsed already is left as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citylake.settings import Settings

PARSED = "partial_parse.msgpack"
Run = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True)
class ParsedProject:
    """A folder with the one link and, for each project, what dbt has parsed of it."""

    folder: Path

    def link(self, build: Path) -> Path:
        """Stands in for `dbt_runner._open_link`."""
        fresh = self.folder / ".open"
        fresh.symlink_to(build.absolute(), target_is_directory=True)
        os.replace(fresh, self.folder / "open")
        return self.folder / "open"

    def around(self, run: Run) -> Run:
        """`dbt_runner.run_dbt`, which finds what was parsed before and leaves what it parsed."""

        def run_dbt(settings: Settings, *arguments: Any, **named: Any) -> list[dict[str, Any]]:
            kept = self.folder / f"{hashlib.sha256(bytes(settings.dbt_project)).hexdigest()}.{PARSED}"
            own = settings.warehouse_dir / "dbt_target" / PARSED
            if kept.exists() and not own.exists():
                own.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(kept, own)
            try:
                return run(settings, *arguments, **named)
            finally:
                if own.exists():
                    shutil.copyfile(own, kept)

        return run_dbt
