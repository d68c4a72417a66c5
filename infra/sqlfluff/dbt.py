"""Stands in for dbt's cross-database macros while sqlfluff reads a model: `dbt.listagg(x)` becomes `listagg(x)`."""

from __future__ import annotations

from collections.abc import Callable


def listagg(measure: str, separator: str, order_by: str = "") -> str:
    return f"string_agg({measure}, {separator} {order_by})"


def __getattr__(name: str) -> Callable[..., str]:
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *arguments, **named: f"{name}({', '.join(str(value) for value in (*arguments, *named.values()))})"
