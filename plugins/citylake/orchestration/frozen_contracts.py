"""Contracts held against those frozen beside their deliveries: a change of terms raises the version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from citylake.contracts import Contract, Contracts
from citylake.contracts.yaml_file import Place, parse_yaml
from citylake.errors import ContractProblem
from citylake.lake import Lake

_FROZEN = "/contract.yml"


def changed_without_version(contracts: Contracts, lake: Lake) -> list[ContractProblem]:
    """Every key that differs from the contract of a dataset's newest delivery while the version is still the same."""
    problems: list[ContractProblem] = []
    for contract in contracts.active:
        if frozen := _newest(contract, lake):
            problems += _changed(contract, contracts.sources[contract.dataset], frozen)
    return problems


def _newest(contract: Contract, lake: Lake) -> str | None:
    """The text of the contract beside the delivery that landed last."""
    shelf = f"{contract.department_id}/{contract.dataset}/"
    frozen = [item for item in lake.list("landing", shelf) if item.key.endswith(_FROZEN)]
    if not frozen:
        return None
    newest = max(frozen, key=lambda item: (item.last_modified, item.key))
    return lake.get("landing", newest.key).decode()


def _changed(contract: Contract, text: str, frozen: str) -> list[ContractProblem]:
    now, before = parse_yaml(f"{contract.dataset}.yml", text, []), parse_yaml("", frozen, [])
    if before.data.get("version") != now.data.get("version"):
        return []
    message = f"differs from version {contract.version} in the lake; raise version"
    return [now.problem(message, *place) for place in _differences(now.data, before.data, ())]


def _differences(now: Any, before: Any, place: Place) -> Iterator[Place]:
    """Places that differ; comments and order do not count."""
    if isinstance(now, Mapping) and isinstance(before, Mapping):
        for key in {**before, **now}:
            yield from _differences(now.get(key), before.get(key), (*place, str(key)))
    elif now != before:
        yield place
