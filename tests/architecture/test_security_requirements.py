"""The table of security requirements is whole, and every test that it names exists."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = ROOT / "docs" / "security-requirements.md"
ROW: Final = re.compile(r"^\| ([A-Z]+-\d\d) \| ([MS]): .+? \| (.+) \|$", re.MULTILINE)
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
EXCUSES: Final = ("Does not apply: ", "Not held yet: ")
HOW_MANY: Final = {
    "AUT": 8, "SES": 6, "AZ": 14, "CAP": 7, "UP": 8, "RND": 8, "HDR": 8, "RL": 5, "EML": 14, "WH": 6, "TSK": 8,
    "DB": 10, "AUD": 6, "ADM": 3, "DOS": 5, "SUP": 2, "SEC": 3, "PRV": 4, "AVL": 7,
}  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall(TABLE.read_text())


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_stands_in_the_table_once() -> None:
    expected = [f"{kind}-{number:02}" for kind, count in HOW_MANY.items() for number in range(1, count + 1)]

    assert [number for number, _, _ in rows()] == expected
    assert len(expected) == 132


def test_each_names_a_test_or_says_why_there_is_none() -> None:
    silent = [number for number, _, held in rows() if not TEST.search(held) and not held.startswith(EXCUSES)]

    assert silent == []


def test_every_test_that_is_named_exists() -> None:
    named = {found for _, _, held in rows() for found in TEST.findall(held)}

    missing = [f"{path}::{name}" for path, name in sorted(named) if name not in names_in(path)]

    assert len(named) > 100
    assert missing == []


def test_nothing_in_the_table_looks_like_a_test_and_is_none() -> None:
    written = re.findall(r"tests/\S+::\w+", TABLE.read_text())

    assert len(written) == len(TEST.findall(TABLE.read_text()))
