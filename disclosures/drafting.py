"""Writing advisories. Each change makes a revision; two people at once cannot overwrite each other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from disclosures import approving, ratings, starters
from disclosures.draft import Draft, DraftProduct, from_json, to_json
from disclosures.enums import AdvisoryState
from disclosures.models import Advisory, AffectedProduct, AffectedRange, Comment, Reference, Revision
from portal.policy import Clause, enforces
from reports import cvss_ratings, history
from reports.access import Permission
from reports.cvss_metrics import Version
from reports.enums import EventKind, State
from reports.guards import Refused, demand
from reports.models import Report
from teams.models import Project, User

BEGUN: Final = "Begun"
CALLED: Final[Mapping[str, str]] = {
    **{name: name for name in ("title", "overview", "details", "fix", "workaround", "severity")},
    "has_no_workaround": "no_workaround",
    "is_mitigation_only": "mitigation_only",
    "cvss31_vector": "cvss31",
    "cvss40_vector": "cvss40",
}
"""What each column of an advisory is called in its draft."""


class Conflict(Refused):
    """Somebody else has changed the advisory since it was read. `newest` is what they wrote."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(f"Meanwhile there is revision {newest.number}. Yours is not saved yet, and nothing is lost.")
        self.newest = newest


@enforces(Clause.P29)
def begin(report: Report, *, by: User, now: datetime, follows: Advisory | None = None) -> Advisory:
    """Begin another advisory with the facts that the team found. `follows`: the one whose fix was incomplete."""
    demand(by, Permission.ADVISE, report)
    if report.state in {State.RECEIVED, State.CLOSED}:
        raise Refused(f"The report is {report.get_state_display()}: there is nothing to tell the world about it.")
    if follows is not None and follows.state == AdvisoryState.DRAFT:
        raise Refused("The earlier advisory is not published: there is nothing to follow yet.")
    with transaction.atomic():
        advisory = Advisory.objects.create(
            report=report, follows=follows, created_by=by, created_at=now, changed_at=now
        )
        _revise(advisory, _rated(starters.starting_from(report)), number=1, summary=BEGUN, by=by, now=now)
        history.append(report, EventKind.ADVISORY_BEGUN, by=by, now=now, advisory=advisory.pk)
    return advisory


def write(
    advisory: Advisory, draft: Draft, *, by: User, base_revision: int, now: datetime, summary: str = ""
) -> Revision:
    """Keep `draft` as the next revision after `base_revision`, which its author has read; raise `Conflict` if that is
    not the newest any more. What says the same as before is kept once.
    """
    report = advisory.report
    demand(by, Permission.ADVISE, report)
    _refuse_nonsense(draft)
    draft = _rated(draft)
    with transaction.atomic():
        approving.hold(advisory)
        if advisory.state == AdvisoryState.WITHDRAWN or (report.is_closed and advisory.state == AdvisoryState.DRAFT):
            raise Refused("It is over: nothing of this advisory can be changed any more.")
        newest = approving.newest_revision(advisory)
        if newest.number != base_revision:
            raise Conflict(newest)
        if draft == from_json(newest.content):
            return newest
        revision = _revise(advisory, draft, number=newest.number + 1, summary=summary, by=by, now=now)
        details = {"advisory": advisory.pk, "revision": revision.number}
        history.append(report, EventKind.ADVISORY_WRITTEN, by=by, now=now, **details)
        approving.ask_if_ready(advisory, revision, now=now)
    return revision


def comment(advisory: Advisory, text: str, *, by: User, now: datetime) -> Comment:
    demand(by, Permission.ADVISE, advisory.report)
    if not text.strip():
        raise Refused("There is nothing written yet.")
    with transaction.atomic():
        made = Comment.objects.create(report=advisory.report, advisory=advisory, author=by, body=text, at=now)
        details = {"advisory": advisory.pk, "comment": made.pk}
        history.append(advisory.report, EventKind.ADVISORY_COMMENTED, by=by, now=now, **details)
    return made


def settle(remark: Comment, *, by: User, now: datetime) -> None:
    """Say that a comment is seen to. Said twice, the first time counts."""
    demand(by, Permission.ADVISE, remark.report)
    if Comment.objects.filter(pk=remark.pk, settled_at=None).update(settled_at=now):
        remark.settled_at = now


def _rated(draft: Draft) -> Draft:
    return replace(draft, severity=ratings.severity_of(draft))


def _refuse_nonsense(draft: Draft) -> None:
    for version, vector in ((Version.THREE, draft.cvss31), (Version.FOUR, draft.cvss40)):
        if vector and not vector.startswith(f"{version}/"):
            raise Refused(f"A vector of {version} begins with {version}/.")
        if vector:
            cvss_ratings.rate(vector)
    wanted = {product.project for product in draft.products}
    if Project.objects.filter(pk__in=wanted).count() != len(wanted):
        raise Refused("A project is not there any more: choose another.")


def _revise(advisory: Advisory, draft: Draft, *, number: int, summary: str, by: User, now: datetime) -> Revision:
    """The revision that holds it all, and the advisory as it is then."""
    revision = Revision.objects.create(
        report=advisory.report,
        advisory=advisory,
        number=number,
        content=to_json(draft),
        summary=summary,
        written_at=now,
        written_by=by,
    )
    for column, name in CALLED.items():
        setattr(advisory, column, getattr(draft, name))
    advisory.cwe_ids, advisory.changed_at = list(draft.cwe_ids), now
    advisory.save(update_fields=[*CALLED, "cwe_ids", "changed_at"])
    _replace_rows(advisory, draft)
    return revision


def _replace_rows(advisory: Advisory, draft: Draft) -> None:
    report = advisory.report
    advisory.products.all().delete()
    advisory.references.all().delete()
    for place, product in enumerate(draft.products):
        _keep_product(advisory, product, place=place)
    Reference.objects.bulk_create(
        Reference(report=report, advisory=advisory, kind=reference.kind.lower(), url=reference.url, place=place)
        for place, reference in enumerate(draft.references)
    )


def _keep_product(advisory: Advisory, product: DraftProduct, *, place: int) -> None:
    kept = AffectedProduct.objects.create(
        report=advisory.report,
        advisory=advisory,
        project_id=product.project,
        ecosystem=product.ecosystem,
        package=product.package,
        place=place,
    )
    AffectedRange.objects.bulk_create(
        AffectedRange(
            report=advisory.report,
            product=kept,
            introduced=span.introduced,
            last_affected=span.last_affected,
            fixed_in=span.fixed_in,
            place=number,
        )
        for number, span in enumerate(product.ranges)
    )
