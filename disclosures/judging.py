"""What is to be said about a draft before anybody approves it: what it lacks, and what it may give away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disclosures import completeness, leaks
from disclosures.completeness import Affected, Gap
from disclosures.confidences import Surroundings, Waived, surroundings_of
from disclosures.draft import Draft
from disclosures.leaks import Finding, LeakKind, Passage
from disclosures.models import Advisory
from portal.policy import Clause, enforces
from portal.sealed.secrets import Secret, index_of
from reports.access import Permission

NAMES: Final = frozenset({LeakKind.IDENTITY, LeakKind.PERSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding and what became of it. `key`: the same for the same finding, and tells nothing of it.

    That a name gives nothing away holds until somebody does not want theirs printed any more: it is looked at again.
    """

    finding: Finding
    key: str
    waived: Waived | None

    @property
    def is_open(self) -> bool:
        return self.waived is None or (self.is_name and self.waived.before_a_change)

    @property
    def is_name(self) -> bool:
        return self.finding.kind in NAMES

    def is_shown(self, may: frozenset[Permission]) -> bool:
        """Who may not know the reporter must not find out by trying names."""
        return self.finding.kind is not LeakKind.IDENTITY or Permission.SEE_REPORTER in may


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`authors`: the ids of those who wrote what has not been published yet, and so cannot approve it."""

    projects: Sequence[Affected]
    authors: frozenset[int]
    gaps: Sequence[Gap]
    findings: Sequence[Judged]

    @property
    def open_findings(self) -> Sequence[Judged]:
        return [each for each in self.findings if each.is_open]

    @property
    def names(self) -> bool:
        """Whether it names somebody, and nobody has said that it may."""
        return any(each.is_name for each in self.open_findings)

    @property
    def is_ready(self) -> bool:
        """Nothing but somebody's approval is missing."""
        return not self.gaps and not self.open_findings


@enforces(Clause.P8, Clause.P17)
def judge(advisory: Advisory, draft: Draft) -> Judgement:
    around = surroundings_of(advisory)
    return Judgement(
        projects=around.projects,
        authors=around.authors,
        gaps=completeness.missing(draft, projects=around.projects),
        findings=_found(passages_of(draft), around),
    )


@enforces(Clause.P8, Clause.P17)
def findings_in(passage: Passage, *, about: Advisory) -> Sequence[Judged]:
    """What other words about an advisory may give away that are to be published."""
    return _found([passage], surroundings_of(about))


def _found(passages: Sequence[Passage], around: Surroundings) -> Sequence[Judged]:
    found = leaks.search(passages, around.confidences)
    keys = [index_of(finding.identity, by=Secret.FINDINGS).hex() for finding in found]
    return [Judged(finding=each, key=key, waived=around.waived.get(key)) for each, key in zip(found, keys, strict=True)]


def passages_of(draft: Draft) -> Sequence[Passage]:
    """Everything in a draft that people write in their own words."""
    texts = {"title": draft.title, "overview": draft.overview, "details": draft.details, "fix": draft.fix}
    packages = "\n".join(product.package for product in draft.products)
    links = "\n".join(reference.url for reference in draft.references)
    return [
        *(Passage(anchor=f"id_{name}", label=name.capitalize(), text=text) for name, text in texts.items()),
        Passage(anchor="id_workaround", label="Workaround", text=draft.workaround),
        Passage(anchor="products", label="Affected packages", text=packages),
        Passage(anchor="references", label="References", text=links),
    ]
