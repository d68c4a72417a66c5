"""Airflow's services on this machine: two web servers, the scheduler, the DAG processor.

The public API and the execution API run in two processes. In one process SQLite makes them wait for each other now and
then, and a trigger ends after five seconds with HTTP 500.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from citylake.errors import CityLakeError
from citylake.orchestration import processes
from citylake.orchestration.airflow_api import AirflowApi
from citylake.orchestration.machine import LOCAL, ServiceSettings, answers, free_port, only_one
from citylake.orchestration.processes import Service
from citylake.settings import PROJECT, Settings, get_secret

CORE, EXECUTION, SCHEDULER, DAG_PROCESSOR = "airflow-core", "airflow-execution", "airflow-scheduler", "airflow-dags"
NAMES = (SCHEDULER, DAG_PROCESSOR, EXECUTION, CORE)
USER = "admin"
POOLS = {"warehouse_writer": (1, "DuckDB has one writer: one layer of one build at a time")}
_READY_SECONDS = 180.0


class AirflowNotReady(CityLakeError):
    """Airflow's own database could not be prepared."""

    exit_code = 3

    def __init__(self, why: str) -> None:
        super().__init__(f"Airflow 数据库未能初始化: {why}", action="查看 CITYLAKE_HOME/logs 下的日志")


@dataclass(frozen=True)
class Ports:
    """The two ports on 127.0.0.1: the web page with the public API, and the API that running tasks speak to."""

    core: int
    execution: int


def environment(settings: Settings, ports: Ports, *, clock: bool = True) -> dict[str, str]:
    """The environment of every Airflow process. Nothing is read from, or written to, a place outside CITYLAKE_HOME."""
    home = settings.root / "airflow"
    ours = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__EXECUTOR": "citylake.orchestration.airflow_executor.PreloadedLocalExecutor",
        # One more than cores: it starts while the others end. More than that only wait for each other.
        "AIRFLOW__CORE__PARALLELISM": str((os.cpu_count() or 2) + 1),
        # A small delivery is done in a second; workers would wait as long for the scheduler's next look (default 1 s).
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{ports.execution}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin,viewer:viewer",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__FERNET_KEY": get_secret(settings, "airflow_fernet_key", 32) + "=",
        "AIRFLOW__API__HOST": "127.0.0.1",  # the default is every network the machine is on
        "AIRFLOW__API__PORT": str(ports.core),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{ports.core}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": get_secret(settings, "airflow_api_secret_key"),
        # SHA-512 signatures want a key of 64 bytes at least.
        "AIRFLOW__API_AUTH__JWT_SECRET": get_secret(settings, "airflow_jwt_secret", 64),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": os.environ.get(
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", f"sqlite:///{home / 'airflow.db'}"
        ),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "PYTHONPATH": str(PROJECT / "plugins"),
        "CITYLAKE_HOME": str(settings.root),
        "CITYLAKE_CONTRACTS": str(settings.contracts.resolve()),
        "CITYLAKE_PLAN": str(settings.plan.resolve()),
        "CITYLAKE_CLOCK": "on" if clock else "off",
        "no_proxy": "127.0.0.1,localhost",
    }
    if settings.drop_folder is not None:
        ours["CITYLAKE_DROP_FOLDER"] = str(settings.drop_folder.absolute())
    return {**{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}, **ours}


def password(settings: Settings) -> str:
    """The password of the web page's user `admin`."""
    return get_secret(settings, "airflow_admin_password", 12)


def running(settings: Settings) -> dict[str, Service]:
    """Airflow's services that run now, by name."""
    folder = settings.root / "airflow"
    found = {name: processes.recorded_service(folder, name) for name in NAMES}
    return {name: service for name, service in found.items() if service}


def api(settings: Settings) -> AirflowApi:
    """A client of the running web server; raises AirflowNotReady when there is none."""
    core = running(settings).get(CORE)
    if core is None:
        raise AirflowNotReady("没有运行; 用 make up 启动")
    return AirflowApi(f"http://{core.address}", USER, password(settings))


def start(settings: Settings, *, clock: bool = True) -> AirflowApi:
    """Starts the services that do not run yet; returns when the scheduler and the DAG processor are healthy."""
    home = settings.root / "airflow"
    with only_one(home / "start.lock"):
        if len(running(settings)) == len(NAMES):
            return api(settings)
        stop(settings)
        ports = _ports(home)
        variables = environment(settings, ports, clock=clock)
        _write_passwords(settings, home)
        _migrate(settings, variables)
        for name, arguments, address in _commands(ports):
            command = [sys.executable, "-m", "airflow", *arguments]
            log = settings.root / "logs" / f"{name}.log"
            processes.start_service(name, command, environment=variables, folder=home, address=address, log=log)
        _wait_healthy(settings, ports)
    client = api(settings)
    for name, (slots, why) in POOLS.items():
        client.set_pool(name, slots, why)
    return client


def stop(settings: Settings) -> list[str]:
    """Stops the services; returns the names of those that ran."""
    home = settings.root / "airflow"
    # The scheduler first: a task that ends in these seconds still reports to the execution API.
    return [*processes.stop_services(home, [SCHEDULER]), *processes.stop_services(home, NAMES)]


@contextmanager
def running_airflow(settings: Settings, *, clock: bool = True) -> Iterator[AirflowApi]:
    """A client of a running Airflow; services that did not run before are stopped again afterwards."""
    was_running = len(running(settings)) == len(NAMES)
    try:
        yield start(settings, clock=clock)
    finally:
        if not was_running:
            stop(settings)


def _ports(home: Path) -> Ports:
    """The ports used last where they are free, so that a bookmark stays right."""
    record = home / "ports.json"
    last = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {"core": 0, "execution": 0}
    core = free_port(ServiceSettings().airflow_port or last["core"])
    ports = Ports(core, free_port(last["execution"]))
    record.write_text(json.dumps({"core": ports.core, "execution": ports.execution}), encoding="utf-8")
    return ports


def _write_passwords(settings: Settings, home: Path) -> None:
    path = home / "passwords.json"
    path.touch(mode=0o600)
    viewer = get_secret(settings, "airflow_viewer_password", 12)
    path.write_text(json.dumps({USER: password(settings), "viewer": viewer}), encoding="utf-8")


def _migrate(settings: Settings, variables: dict[str, str]) -> None:
    """Creates Airflow's database, or brings it to this version's shape; once for each version."""
    done = settings.root / "airflow" / "migrated"
    if done.exists() and done.read_text() == version("apache-airflow"):
        return
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    answer = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=600, check=False)
    (settings.root / "logs").mkdir(exist_ok=True)
    (settings.root / "logs" / "airflow-migrate.log").write_text(answer.stdout + answer.stderr, encoding="utf-8")
    if answer.returncode != 0:
        raise AirflowNotReady((answer.stderr.strip().splitlines() or ["?"])[-1])
    done.write_text(version("apache-airflow"))


def _commands(ports: Ports) -> list[tuple[str, list[str], str]]:
    core, execution = f"127.0.0.1:{ports.core}", f"127.0.0.1:{ports.execution}"
    return [
        (EXECUTION, ["api-server", "--apps", "execution", "--port", str(ports.execution)], execution),
        (CORE, ["api-server", "--apps", "core", "--port", str(ports.core)], core),
        # Task logs are read from the disk; the log server would listen on every network the machine is on.
        (SCHEDULER, ["scheduler", "--skip-serve-logs"], core),
        (DAG_PROCESSOR, ["dag-processor"], core),
    ]


def _wait_healthy(settings: Settings, ports: Ports) -> None:
    services = running(settings)
    for name in NAMES:
        if name not in services:
            raise processes.ServiceFailed(name, "进程已退出", settings.root / "logs" / f"{name}.log")
    execution = f"http://127.0.0.1:{ports.execution}/execution/health"
    processes.wait_until(lambda: answers(execution), services[EXECUTION], _READY_SECONDS)
    for name, part in ((SCHEDULER, "scheduler"), (DAG_PROCESSOR, "dag_processor")):
        processes.wait_until(partial(_is_healthy, ports, part), services[name], _READY_SECONDS)


def _is_healthy(ports: Ports, part: str) -> bool:
    try:
        with LOCAL.open(f"http://127.0.0.1:{ports.core}/api/v2/monitor/health", timeout=5) as response:
            return bool(json.load(response)[part]["status"] == "healthy")
    except (urllib.error.URLError, OSError, KeyError, ValueError):
        return False
