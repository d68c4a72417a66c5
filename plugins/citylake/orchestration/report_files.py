"""Where the reports of a business date lie: made aside, moved into place whole, copied to the `reports` bucket."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

from citylake import warehouse
from citylake.errors import NothingPublished
from citylake.lake import Lake
from citylake.orchestration.report_folder import FOLDER, reports_lock
from citylake.reports.tracker_files import write_reports
from citylake.settings import Settings
from citylake.warehouse import Version

_LATEST = "latest"


class NoVersionOfDate(NothingPublished):
    """No published version is there to report on."""

    def __init__(self, business_date: date) -> None:
        super().__init__(
            f"{business_date} 没有已发布的版本", action=f"先运行 citylake build 与 publish --date {business_date}"
        )
        self.business_date = business_date


def version_of(settings: Settings, business_date: date) -> Version:
    """The version of a business date that was published last. Raises NoVersionOfDate."""
    dated = [version for version in warehouse.versions(settings) if version.business_date == business_date]
    if not dated:
        raise NoVersionOfDate(business_date)
    return next((version for version in dated if version.is_current), dated[-1])


def write(settings: Settings, business_date: date) -> Path:
    """Writes the reports of a business date and returns their folder. Reads the analysts' file: nothing personal."""
    version = version_of(settings, business_date)
    folder = settings.reports_dir / business_date.isoformat()
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    write_reports(version.analyst_file, partial, business_date, version.build_id)
    with reports_lock(settings):
        move_into_place(partial, folder)
        _point_latest(settings.reports_dir)
    _upload(settings, folder)
    return folder


def move_into_place(partial: Path, folder: Path) -> None:
    """The new tracker takes the old one's place; receipts of the date, written by departments' runs, stay."""
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():  # a run was killed between the two moves below
        os.replace(old, folder)
    shutil.rmtree(old, ignore_errors=True)
    if (folder / FOLDER).exists():
        shutil.copytree(folder / FOLDER, partial / FOLDER, copy_function=os.link)
    if folder.exists():
        os.replace(folder, old)
    os.replace(partial, folder)
    shutil.rmtree(old, ignore_errors=True)


def _point_latest(reports_dir: Path) -> None:
    """`latest` is the newest business date with a tracker, whatever date was reported on last."""
    newest = max(path.parent.name for path in reports_dir.glob("[0-9]*/tracker.html"))
    link = reports_dir / f".{_LATEST}.partial"
    link.unlink(missing_ok=True)
    link.symlink_to(newest, target_is_directory=True)
    os.replace(link, reports_dir / _LATEST)


def _upload(settings: Settings, folder: Path) -> None:
    """Puts the tracker's files into the store; receipts were put there when they were written."""
    lake = Lake(settings)
    files = [path for path in folder.rglob("*") if path.is_file() and FOLDER not in path.relative_to(folder).parts]
    written = {f"{folder.name}/{path.relative_to(folder).as_posix()}": path for path in files}
    for key, path in sorted(written.items()):
        lake.put_file("reports", key, path)
    for item in list(lake.list("reports", f"{folder.name}/")):
        if item.key not in written and not item.key.startswith(f"{folder.name}/{FOLDER}/"):
            lake.remove("reports", item.key)
