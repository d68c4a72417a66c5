"""Airflow's local executor with what every task imports loaded once, before its workers are forked.

Each task runs in a process of its own that is forked from a worker, and most deliveries are small: Airflow's task SDK,
the contracts' models and the store's client, imported anew in each, cost more CPU than the work itself. Polars is not
among them: it starts threads when it is imported, and a process forked beside threads can hang. Contracts are read by
each task, as before: they change while the scheduler runs.
"""

from __future__ import annotations

import importlib

from airflow.executors.local_executor import LocalExecutor

MODULES = (
    "airflow.sdk",
    "citylake.orchestration.airflow_tasks",
    "citylake.orchestration.minio_server",
    "citylake.landing",
)


class PreloadedLocalExecutor(LocalExecutor):
    """The local executor; its workers share the memory of what was loaded before."""

    def start(self) -> None:
        """Loads the modules, then forks the workers."""
        load()
        super().start()


def load() -> None:
    """Imports what every task needs; nothing of it is run, and no thread is started."""
    for name in MODULES:
        importlib.import_module(name)
