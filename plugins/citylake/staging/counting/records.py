"""Records of JSON documents and Parquet files, counted by other libraries than those that read them."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import IO

import duckdb
import ijson

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.counting.second_count import SecondCount


class _Utf8:
    """A file in another encoding, as the bytes of UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file, self._decoder = file, codecs.getincrementaldecoder(encoding)("strict")

    def read(self, size: int) -> bytes:
        """Up to about so many bytes; the parser asks for none at first, to see what kind of file this is."""
        while data := self._file.read(size):
            if text := self._decoder.decode(data):
                return text.lstrip("\ufeff").encode()
        return b""


def count_json(path: Path, contract: Contract, encoding: str | None) -> SecondCount:
    """Members of the list of records, by the events of a streaming parser; strict JSON, so NaN is refused here."""
    number, keys = 0, contract.form.records.split(".") if contract.form.records else []
    opens, depth, wanted = ("start_map", "start_array"), 0, len(keys) + 1
    place: list[str] = []
    try:
        with path.open("rb") as file:
            for event, value in ijson.basic_parse(_Utf8(file, encoding or "utf-8"), use_float=False):
                if event in ("end_map", "end_array"):
                    depth -= 1
                    continue
                if event == "map_key":
                    place[depth - 1 :] = [value]
                    continue
                number += depth == wanted and place[: wanted - 1] == keys
                depth += event in opens
    except (ijson.JSONError, UnicodeDecodeError) as error:
        words = str(error).splitlines()[0]
        raise FileRefused(
            "file.unreadable",
            f"不是有效的 JSON ({words})",
            action="从源系统重新导出后重报",
        ) from error
    return SecondCount("records", number, "events of a streaming JSON parser (ijson)")


def count_parquet(path: Path, contract: Contract, encoding: str | None) -> SecondCount:
    """Rows by the file's footer, read by DuckDB; the reader is Arrow's."""
    with duckdb.connect() as connection:
        row = connection.execute("select num_rows from parquet_file_metadata(?)", [str(path)]).fetchone()
    return SecondCount("records", int(row[0]) if row else 0, "rows in the Parquet footer, by DuckDB")
