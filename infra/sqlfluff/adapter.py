"""Stands in for dbt's `adapter` while sqlfluff reads a model: a dispatched macro becomes a call of that name."""

from __future__ import annotations

from collections.abc import Callable


def dispatch(name: str, macro_namespace: str = "") -> Callable[..., str]:
    return lambda *arguments, **named: f"{name}({', '.join(str(value) for value in (*arguments, *named.values()))})"
