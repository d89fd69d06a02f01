"""The base metrics of CVSS 3.1 and 4.0: what one chooses to put a vector together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType

from cvss import constants3, constants4


class Version(StrEnum):
    THREE = "CVSS:3.1"
    FOUR = "CVSS:4.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """`values`: each letter with its word."""

    version: Version
    code: str
    name: str
    values: Sequence[tuple[str, str]]

    @property
    def field(self) -> str:
        return f"{self.version}/{self.code}"


def _metrics(version: Version, constants: ModuleType) -> list[Metric]:
    return [
        Metric(
            version=version,
            code=code,
            name=constants.METRICS_ABBREVIATIONS[code],
            values=list(constants.METRICS_VALUE_NAMES[code].items()),
        )
        for code in constants.METRICS_MANDATORY
    ]


METRICS: Mapping[Version, Sequence[Metric]] = {
    Version.THREE: _metrics(Version.THREE, constants3),
    Version.FOUR: _metrics(Version.FOUR, constants4),
}


def chosen(version: Version, choices: Mapping[str, str]) -> dict[str, str]:
    """The letters chosen for `version`, by their metrics' codes."""
    return {metric.code: letter for metric in METRICS[version] if (letter := choices.get(metric.field, ""))}


def vector(version: Version, letters: Mapping[str, str]) -> str:
    return "/".join((version, *(f"{code}:{letter}" for code, letter in letters.items())))
