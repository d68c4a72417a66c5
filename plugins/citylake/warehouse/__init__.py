"""Warehouse 建库与发布: inputs, build aside, audit, publish, versions, and the ways to read what was published."""

from citylake.warehouse.build import Build, BuildSummary, build, find_build, prepare, run_dbt
from citylake.warehouse.diff import Difference, diff
from citylake.warehouse.ledger import Delivery, read_deliveries
from citylake.warehouse.publish import PublishSummary, publish
from citylake.warehouse.query import query
from citylake.warehouse.render import render_diff, render_why
from citylake.warehouse.versions import Version, current_file, current_version, find_version, rollback, versions
from citylake.warehouse.why import Why, why

__all__ = [
    "Build",
    "BuildSummary",
    "Delivery",
    "Difference",
    "PublishSummary",
    "Version",
    "Why",
    "build",
    "current_file",
    "current_version",
    "diff",
    "find_build",
    "find_version",
    "prepare",
    "publish",
    "query",
    "read_deliveries",
    "render_diff",
    "render_why",
    "rollback",
    "run_dbt",
    "versions",
    "why",
]
