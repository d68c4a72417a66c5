"""A YAML file with the line of every key, so that a problem is named where it stands, however often a key occurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from citylake.errors import ContractProblem

Place = tuple[str | int, ...]
# What a draft writes where nobody but its owner knows the answer.
TO_FILL = "待填"


@dataclass(frozen=True)
class YamlFile:
    """What stands in a file: its text, its data, and the line (from 1) of each key and list entry by its place."""

    name: str
    text: str = ""
    data: Mapping[Any, Any] = field(default_factory=dict)
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, *place: str | int) -> int:
        """The line of a key, or of the nearest key above it that the file has."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, message: str, *place: str | int) -> ContractProblem:
        return ContractProblem(self.name, self.line(*place), ".".join(map(str, place)), message)

    def to_fill(self) -> Iterator[Place]:
        """Places whose value still holds the mark of a draft."""
        yield from _marked(self.data, ())


def read_yaml(path: Path, problems: list[ContractProblem]) -> YamlFile:
    """Reads one file that holds a mapping; what is wrong with it as YAML is added to `problems`."""
    try:
        return parse_yaml(path.name, path.read_text(encoding="utf-8"), problems)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(ContractProblem(path.name, 1, "", f"cannot be read: {str(error).splitlines()[0]}"))
        return YamlFile(path.name)


def parse_yaml(name: str, text: str, problems: list[ContractProblem]) -> YamlFile:
    """The data of a YAML text with the line of every key; what is wrong with it is added to `problems`."""
    try:
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_single_node()
            data = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.append(ContractProblem(name, mark.line + 1 if mark else 1, "", f"cannot be read: {said}"))
        return YamlFile(name)
    if node is None or not isinstance(data, dict):
        problems.append(ContractProblem(name, 1, "", "must hold keys with values"))
        return YamlFile(name, text)
    lines: dict[Place, int] = {}
    _walk(node, (), lines, name, problems)
    return YamlFile(name, text, data, lines)


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], name: str, problems: list[ContractProblem]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*place, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                problems.append(
                    ContractProblem(name, line, ".".join(map(str, here)), f"stands in line {lines[here]} already")
                )
            lines[here] = line
            _walk(value, here, lines, name, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[*place, index] = value.start_mark.line + 1
            _walk(value, (*place, index), lines, name, problems)


def _marked(value: object, place: Place) -> Iterator[Place]:
    if isinstance(value, str) and TO_FILL in value:
        yield place
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _marked(inner, (*place, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _marked(inner, (*place, index))
