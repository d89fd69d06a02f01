"""What a private report says on GitHub: as a submission to us, and compared with what it said before. Pure."""

import json
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

from portal.github import Affected, RepositoryAdvisory

LONGEST_SUMMARY: Final = 300
"""Of a report here. GitHub's may be longer; then all of it stands in the description."""


class Part(StrEnum):
    """What of it is compared."""

    STATE = "state"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    SEVERITY = "severity"
    WEAKNESSES = "weaknesses"
    PRODUCTS = "products"
    CREDITS = "credits"


PEOPLE: Final = frozenset({Part.CREDITS})
"""What tells of people, and goes when they are forgotten."""

type Said = str | list[str] | list[list[str]]


def parts_of(found: RepositoryAdvisory) -> dict[Part, Said]:
    return {
        Part.STATE: found.state.value,
        Part.SUMMARY: found.summary,
        Part.DESCRIPTION: found.description,
        Part.SEVERITY: [found.severity, found.cvss_v3, found.cvss_v4],
        Part.WEAKNESSES: sorted(found.cwe_ids),
        Part.PRODUCTS: [[each.ecosystem, each.package, each.versions, each.patched] for each in found.affected],
        Part.CREDITS: sorted([str(credit.id or credit.login), credit.type] for credit in found.credits),
    }


def written(found: RepositoryAdvisory, *, but: Collection[Part] = ()) -> str:
    """To be kept, for the next comparison."""
    return json.dumps({part: said for part, said in parts_of(found).items() if part not in but})


def without_people(kept: str) -> str:
    said = json.loads(kept) if kept else {}
    return json.dumps({part: value for part, value in said.items() if part not in PEOPLE})


def differences(kept: str, found: RepositoryAdvisory) -> list[Part]:
    """In what it differs from what was kept. What was not kept is not compared."""
    said = json.loads(kept) if kept else {}
    return [part for part, now in parts_of(found).items() if part in said and said[part] != now]


def shown(kept: str, part: Part) -> str:
    """A part as a page can name it; empty where nothing was kept."""
    value = (json.loads(kept) if kept else {}).get(part, "")
    if isinstance(value, list):
        return ", ".join(filter(None, (" ".join(each) if isinstance(each, list) else str(each) for each in value)))
    return str(value)


# --- As a submission ----------------------------------------------------------------------------------------


def name_of(login: str) -> str:
    """What a reporter is called here until they say otherwise."""
    return f"@{login}" if login else ""


def summary_of(found: RepositoryAdvisory) -> str:
    line = " ".join(found.summary.split()) or f"A private report on GitHub, {found.ghsa_id}"
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1].rstrip()}…"


def description_of(found: RepositoryAdvisory) -> str:
    """All that was written, and the whole summary where it was too long for one line here."""
    whole = found.summary if len(found.summary) > LONGEST_SUMMARY else ""
    return "\n\n".join(filter(None, (whole, found.description.strip()))) or found.summary


def versions_of(found: RepositoryAdvisory) -> str:
    """A line for each package."""
    return "\n".join(_package(each) for each in found.affected)


def _package(each: Affected) -> str:
    name = " ".join(filter(None, (each.package or "a package without a name", f"({each.ecosystem})")))
    fixed = f", fixed in {each.patched}" if each.patched else ""
    return f"{name}: {each.versions or 'versions not named'}{fixed}"


def rating_of(found: RepositoryAdvisory) -> str:
    """How bad the reporter says that it is, and of what kind."""
    return "\n".join(_rated(found))


def _rated(found: RepositoryAdvisory) -> Iterator[str]:
    if found.severity:
        yield f"Severity, as given on GitHub: {found.severity}"
    for vector in filter(None, (found.cvss_v4, found.cvss_v3)):
        yield f"CVSS: {vector}"
    if found.cwe_ids:
        yield f"Weaknesses: {', '.join(found.cwe_ids)}"
