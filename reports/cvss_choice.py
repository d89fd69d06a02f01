"""A vector may be written out, or put together from choices; this settles which of the two was meant."""

from collections.abc import Mapping

from reports import cvss_metrics
from reports.cvss_metrics import Version


def letters_of(version: Version, vector: str) -> dict[str, str]:
    """The choices that make up a vector, by the names of their fields; what is none gives none."""
    parts = dict(part.split(":", 1) for part in vector.split("/")[1:] if ":" in part)
    return {metric.field: parts.get(metric.code, "") for metric in cvss_metrics.METRICS[version]}


def settled(version: Version, *, typed: str, saved: str, choices: Mapping[str, str]) -> str:
    """What was typed, if it is not what was saved; or else what was chosen, if that is something else.

    `choices`: by the names of their fields. Choosing anew drops what goes beyond the base metrics.
    """
    if typed != saved:
        return typed
    chosen = {metric.field: choices.get(metric.field, "") for metric in cvss_metrics.METRICS[version]}
    if chosen == letters_of(version, saved) or not any(chosen.values()):
        return saved
    return put_together(version, choices)


def put_together(version: Version, choices: Mapping[str, str]) -> str:
    return cvss_metrics.vector(version, cvss_metrics.chosen(version, choices))
