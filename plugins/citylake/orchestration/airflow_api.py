"""A small client of Airflow's public API: trigger a run, see how it goes. Standard library only."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citylake.errors import CityLakeError
from citylake.orchestration.machine import LOCAL

_SECONDS = 30.0
_CONFLICT = 409


class AirflowRefused(CityLakeError):
    """Airflow's API answered a request with an error, or not at all."""

    exit_code = 3

    def __init__(self, method: str, path: str, status: int, detail: str) -> None:
        super().__init__(
            f"Airflow {method} {path}: HTTP {status} {detail[:300]}", action="查看 CITYLAKE_HOME/logs/airflow-core.log"
        )
        self.status = status


@dataclass(frozen=True)
class Run:
    """One DAG run: queued, running, success or failed."""

    dag_id: str
    run_id: str
    state: str

    @property
    def is_over(self) -> bool:
        return self.state in ("success", "failed")


class AirflowApi:
    """Speaks to one Airflow web server as one user."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        answer = self._send("POST", "/auth/token", {"username": user, "password": password}, token=None)
        self._token: str = answer["access_token"]

    def set_pool(self, name: str, slots: int, description: str) -> None:
        known = {pool["name"] for pool in self.call("GET", "/pools?limit=500")["pools"]}
        terms = {"slots": slots, "description": description, "include_deferred": False}
        if name in known:
            self.call("PATCH", f"/pools/{name}", {"pool": name, **terms})
        else:
            self.call("POST", "/pools", {"name": name, **terms})

    def dag_ids(self) -> set[str]:
        return {dag["dag_id"] for dag in self.call("GET", "/dags?limit=500")["dags"]}

    def import_errors(self) -> list[str]:
        errors = self.call("GET", "/importErrors?limit=100")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}" for error in errors]

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, str]) -> Run:
        """Starts a run. The run id is the caller's, so a repeated request finds the run that is already there."""
        self.call("PATCH", f"/dags/{dag_id}", {"is_paused": False})
        try:
            self.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "dag_run_id": run_id, "conf": conf})
        except AirflowRefused as error:
            if error.status != _CONFLICT:
                raise
        return self.run(dag_id, run_id)

    def run(self, dag_id: str, run_id: str) -> Run:
        answer = self.call("GET", f"/dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id)}")
        return Run(dag_id, run_id, answer["state"])

    def runs_since(self, dag_id: str, moment: datetime) -> list[Run]:
        """The runs of a DAG that were queued at this moment or later, oldest first."""
        query = urllib.parse.urlencode({"run_after_gte": moment.isoformat(), "order_by": "run_after", "limit": 50})
        answer = self.call("GET", f"/dags/{dag_id}/dagRuns?{query}")
        return [Run(dag_id, run["dag_run_id"], run["state"]) for run in answer["dag_runs"]]

    def unfinished_runs(self) -> list[Run]:
        """The queued and running runs of all DAGs."""
        answer = self.call("GET", "/dags/~/dagRuns?state=running&state=queued&limit=500")
        return [Run(run["dag_id"], run["dag_run_id"], run["state"]) for run in answer["dag_runs"]]

    def end(self, run: Run) -> None:
        """Marks a run as failed; its running tasks are ended by Airflow."""
        self.call("PATCH", f"/dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id)}", {"state": "failed"})

    def tasks(self, run: Run, state: str) -> list[str]:
        """The tasks of a run that are in a state: running, success, failed, skipped …"""
        path = f"/dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id)}/taskInstances"
        return [task["task_id"] for task in self.call("GET", path)["task_instances"] if task["state"] == state]

    def forget_queued_events(self, dag_id: str) -> None:
        """Drops asset events that wait for this DAG: what an earlier, unfinished night left must not start this one."""
        try:
            self.call("DELETE", f"/dags/{dag_id}/assets/queuedEvents")
        except AirflowRefused as error:
            if error.status != 404:
                raise

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._send(method, f"/api/v2{path}", body, token=self._token)

    def _send(self, method: str, path: str, body: dict[str, Any] | None, token: str | None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.address + path, data=data, headers=headers, method=method)
        try:
            with LOCAL.open(request, timeout=_SECONDS) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise AirflowRefused(method, path, error.code, error.read().decode(errors="replace")) from error
        except (urllib.error.URLError, OSError) as error:
            raise AirflowRefused(method, path, 0, str(error)) from error
        return json.loads(text) if text else None
