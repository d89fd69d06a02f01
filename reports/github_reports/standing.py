"""Where a private report stands on GitHub, as its team reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.github_reports import content, deeds, errands
from reports.github_reports.content import Part
from reports.models import GitHubErrand, GitHubReport, Report

LABELS = {
    Part.STATE: "where it stands",
    Part.SUMMARY: "the summary",
    Part.DESCRIPTION: "the description",
    Part.SEVERITY: "the severity",
    Part.WEAKNESSES: "the weaknesses",
    Part.PRODUCTS: "the affected versions",
    Part.CREDITS: "who is credited",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A part as it reads on GitHub now, where that is not what was reported."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    row: GitHubReport
    waiting: Sequence[GitHubErrand]
    told: Sequence[GitHubErrand]
    link: str
    words: str
    changed: Sequence[str]
    says_now: Sequence[Now]

    @property
    def is_parked(self) -> bool:
        """Nobody tries any more by themselves."""
        return any(errand.attempts >= errands.MOST_ATTEMPTS for errand in self.waiting)

    @property
    def was_closed_by_others(self) -> bool:
        return self.row.state in {"closed", "withdrawn"} and not self.row.report.is_closed


def of(row: GitHubReport) -> Standing:
    """One query. `row` with its report and its project."""
    kept = list(row.report.github_errands.all())
    return Standing(
        row=row,
        waiting=[errand for errand in kept if errand.is_due],
        told=[errand for errand in kept if errand.told_at is not None and not errand.is_due],
        link=deeds.door_of(row.ghsa_id),
        words=deeds.words_for(row),
        changed=[LABELS[Part(part)] for part in row.changed],
        says_now=_says_now(row, row.report),
    )


def _says_now(row: GitHubReport, report: Report) -> list[Now]:
    if not row.changed or report.erased_at is not None:
        return []
    shown = (Part.SUMMARY, Part.SEVERITY, Part.WEAKNESSES, Part.PRODUCTS, Part.DESCRIPTION)
    changed = [part for part in shown if part.value in row.changed]
    return [Now(label=LABELS[part], text=content.shown(row.content, part) or "nothing") for part in changed]
