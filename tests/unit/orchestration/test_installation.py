"""What is written twice because two tools read it stays the same: versions, environment, hooks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

from citylake.orchestration import airflow_services, minio_build
from citylake.settings import PROJECT, Settings

INFRA = PROJECT / "infra"


def test_the_container_builds_the_very_minio_that_make_builds() -> None:
    assert minio_build.MODULE in (INFRA / "minio.Dockerfile").read_text()


def test_the_compose_file_starts_every_service_that_make_up_starts() -> None:
    compose = yaml.safe_load((INFRA / "compose.yml").read_text())
    commands = [service.get("command") for service in compose["services"].values()]
    for _, arguments, _ in airflow_services._commands(airflow_services.Ports(8080, 8081)):
        wanted = [
            "airflow",
            *[one for one in arguments if one in ("api-server", "scheduler", "dag-processor", "core", "execution")],
        ]
        assert any(isinstance(command, list) and set(wanted) <= set(command) for command in commands), wanted
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_compose_file_and_make_up_agree_on_airflows_settings(tmp_path: Path) -> None:
    compose = yaml.safe_load((INFRA / "compose.yml").read_text())["x-airflow"]["environment"]
    embedded = airflow_services.environment(Settings(home=tmp_path), airflow_services.Ports(1, 2))
    for name in ("EXECUTOR", "LOAD_EXAMPLES", "DAGS_ARE_PAUSED_AT_CREATION", "DEFAULT_TIMEZONE"):
        assert compose[f"AIRFLOW__CORE__{name}"] == embedded[f"AIRFLOW__CORE__{name}"]


def test_airflow_gets_keys_of_the_length_it_asks_for_and_never_the_same_in_two_homes(tmp_path: Path) -> None:
    ports = airflow_services.Ports(1, 2)
    first, second = (airflow_services.environment(Settings(home=tmp_path / name), ports) for name in "ab")
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"].encode()) >= 64
    for name in ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY"):
        assert first[name] != second[name]
    assert first["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_the_lock_pins_every_requirement_exactly_and_names_no_place() -> None:
    lock = (PROJECT / "requirements.txt").read_text()
    lines = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert all(re.fullmatch(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ]+( ; .+)?", line) for line in lines)
    assert not re.search(r"https?://|--index|--find-links|file:", lock)
    pinned = {line.split("==")[0] for line in lines}
    wanted = {
        re.split(r"[=<>!~\[ ]", line)[0].lower()
        for line in (PROJECT / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    }
    assert wanted <= pinned


def test_the_commit_hooks_are_the_checks_of_make_lint() -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    lint = re.search(r"^lint:.*?\n((?:\t.*\n)+)", (PROJECT / "Makefile").read_text(), re.M)
    assert lint is not None
    in_make = {" ".join(command.split()[:1]) for command in re.findall(r"\$\(BIN\)/(.+)", lint[1])}
    in_hooks = {hook["entry"].removeprefix(".venv/bin/").split()[0] for hook in hooks}
    assert in_hooks == in_make


def test_imports_are_held_to_one_direction_for_every_module_of_the_package() -> None:
    """A new top-level module must be given its place in the layers, else import-linter would not look at it."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = {name for layer in contracts[0]["layers"] for name in layer.split(" | ")}
    package = PROJECT / "plugins" / "citylake"
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    assert {f"citylake.{name}" for name in modules - {"__init__", "simulator"}} == placed
