"""The findings of a draft, those that somebody has looked at and let pass among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from disclosures import leaks
from disclosures.confidences import confidences_of
from disclosures.draft import Draft
from disclosures.leaks import Finding, LeakKind, Passage
from disclosures.models import Advisory, LeakWaiver
from portal.policy import Clause, enforces
from portal.sealed.secrets import Secret, index_of
from reports.access import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding and what became of it. `key`: the same for the same finding, and tells nothing of it."""

    finding: Finding
    key: str
    waiver: LeakWaiver | None

    @property
    def is_open(self) -> bool:
        return self.waiver is None

    def is_shown(self, may: frozenset[Permission]) -> bool:
        """Who may not know the reporter must not find out by trying names."""
        return self.finding.kind is not LeakKind.IDENTITY or Permission.SEE_REPORTER in may


@enforces(Clause.P8, Clause.P17)
def findings_in(advisory: Advisory, draft: Draft) -> list[Judged]:
    found = leaks.search(passages_of(draft), confidences_of(advisory.report))
    rows = advisory.report.leak_waivers.filter(advisory=advisory).select_related("waived_by") if found else []
    waivers = {waiver.finding: waiver for waiver in rows}
    keys = [index_of(finding.identity, by=Secret.FINDINGS).hex() for finding in found]
    return [Judged(finding=each, key=key, waiver=waivers.get(key)) for each, key in zip(found, keys, strict=True)]


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
