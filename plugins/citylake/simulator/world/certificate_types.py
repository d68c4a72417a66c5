"""The city's list of certificate types (data/certificate_types.yml).

Codes are the city's own (CZ and four digits); how a national type code is made up was not found in a standard.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl
import yaml


@cache
def certificate_types() -> pl.DataFrame:
    """All types: certificate_type_code, certificate_type_name, authority_name, holder_type_code."""
    text = (files("citylake.simulator") / "data" / "certificate_types.yml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    matters = [matter + word for matter in found["matters"].split() for word in found["words"].split()]
    rows = [*found["usual"], *([name, "市政务服务管理办公室", "both"] for name in matters)]
    named = pl.DataFrame(rows, schema=["certificate_type_name", "authority_name", "holder_type_code"], orient="row")
    serial = pl.int_range(10_001, pl.len() + 10_001).cast(pl.String).str.slice(1)
    return named.with_columns((pl.lit("CZ") + serial).alias("certificate_type_code"))


@cache
def code_of(name: str) -> str:
    """The city's code of a type."""
    return str(certificate_types().filter(certificate_type_name=name)["certificate_type_code"].item())
