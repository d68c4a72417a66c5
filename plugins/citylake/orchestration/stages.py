"""The stages of a night, each one call: what a DAG task, `citylake nightly` and a shell command run alike.

Every function takes settings that are connected to a store (`minio_server.connected` or `running_store`). The stages'
modules are imported when a stage runs, not before: a DAG file or `citylake --help` loads neither polars nor dbt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from citylake.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from citylake.landing import LandingSummary
    from citylake.orchestration.issues import WatchSummary
    from citylake.orchestration.receipts import ReceiptsSummary
    from citylake.staging import StagingSummary
    from citylake.warehouse import PublishSummary

# Layer -> what dbt is asked to build; each is one task of the warehouse DAG, in this order.
LAYERS = {"base": "source:* tag:staging tag:base", "marts": "tag:marts", "kpi": "tag:kpi tag:quality"}


def land(
    settings: Settings, business_date: date, department: str | None = None, dataset_id: str | None = None
) -> LandingSummary:
    """归集: takes what lies in the inboxes into the landing zone, byte for byte."""
    from citylake import landing

    return landing.land(settings, business_date, department=department, dataset_id=dataset_id)


def stage(
    settings: Settings, business_date: date, department: str | None = None, dataset_id: str | None = None
) -> StagingSummary:
    """治理: turns landed files into typed rows, and quarantines the others with their reasons."""
    from citylake import staging

    return staging.stage(settings, business_date, department=department, dataset_id=dataset_id)


def receipts(settings: Settings, business_date: date, department: str | None = None) -> ReceiptsSummary:
    """回执: writes each staged delivery's receipt, with the rows to correct, before anything is built from it."""
    from citylake.orchestration.receipts import write_receipts

    return write_receipts(settings, business_date, department)


def watch(
    settings: Settings, business_date: date, *, failed: Mapping[str, str] | None = None, is_night_over: bool = False
) -> WatchSummary:
    """值守: opens and closes issues as of a business date, and tells the hooks; once after staging, once at the end.

    :param failed: department id -> name, of departments whose landing or staging ended in an error
    :param is_night_over: whether a version of this date should have been published by now
    """
    from citylake.orchestration import issues

    return issues.watch(settings, business_date, failed=failed, is_night_over=is_night_over)


def prepare(settings: Settings, business_date: date) -> str | None:
    """Opens a build from the active deliveries; returns its id, or None when readers already see these inputs."""
    from citylake import warehouse

    build = warehouse.prepare(business_date, settings)
    return None if build.is_published else build.build_id


def build_layer(settings: Settings, business_date: date, layer: str) -> None:
    """Builds one dbt layer of the build that was prepared last for a business date, and runs its tests."""
    from citylake import warehouse

    warehouse.run_dbt(warehouse.find_build(business_date, settings), LAYERS[layer], settings)


def publish(settings: Settings, business_date: date) -> PublishSummary:
    """Audits the finished build of a business date and publishes it behind the pointer."""
    from citylake import warehouse

    return warehouse.publish(business_date, settings)


def report(settings: Settings, business_date: date) -> Path:
    """报告: writes the target tracker from the version of a business date; returns `reports/<business_date>`."""
    from citylake.orchestration import report_files

    return report_files.write(settings, business_date)
