"""From an advisory's rows to what the world reads: the one place that builds snapshots, and publishes them (P29, P30).

What is published comes from a revision that somebody else than its authors approved; names from consents alone; and
everything that came later, such as a CVE ID, from the rows as they are now.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from disclosures import draft as drafts
from disclosures import judging, public_record
from disclosures import snapshot as snapshots
from disclosures.consent import consented
from disclosures.credit_places import OUR_PAGES, Place, note_printed, note_said
from disclosures.cves import called
from disclosures.draft import Draft
from disclosures.enums import AdvisoryState, CreditPlaceKind, CveRoute, RepositoryAdvisoryState, TimeToFix
from disclosures.formats import cve
from disclosures.models import Advisory, Revision
from disclosures.snapshot import Cna, Organisation, Product, Relation, RelationKind, Severity, Snapshot
from portal import cve_services
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.guards import Refused
from teams.models import Project

LONGEST: Final = {TimeToFix.MONTH: timedelta(days=30), TimeToFix.QUARTER: timedelta(days=90)}
PUBLIC: Final = (RepositoryAdvisoryState.PUBLISHED, RepositoryAdvisoryState.WITHDRAWN)
"""What anybody can open on GitHub."""


def approved(advisory: Advisory) -> Revision | None:
    """The newest revision, if somebody's approval of it is in force."""
    newest = advisory.revisions.order_by("-number").first()
    return newest if newest and newest.approvals.filter(withdrawn_at=None).exists() else None


def publishable(advisory: Advisory) -> Revision | None:
    """What may be read by all: the newest revision if it is approved, or else the one that is public already."""
    return approved(advisory) or published(advisory)


def published(advisory: Advisory) -> Revision | None:
    """The newest that is public."""
    return advisory.revisions.filter(published_at__isnull=False).order_by("-number").first()


@enforces(Clause.P8, Clause.P17)
def cleared(advisory: Advisory) -> Revision:
    """What may be published at this moment. That nobody is named in it is looked at again: people change their minds,
    and others have come since it was approved.
    """
    revision = publishable(advisory)
    if revision is None:
        raise Refused(f"{advisory.identifier} is not approved as it stands: somebody has to approve it first.")
    if revision.published_at is None and judging.judge(advisory, drafts.from_json(revision.content)).names:
        raise Refused(
            f"The text of {advisory.identifier} seems to name somebody, which nobody let pass: its review says where."
        )
    return revision


def snapshot_of(advisory: Advisory, revision: Revision, *, now: datetime) -> Snapshot:
    """Everything that `revision` would say if it were published now."""
    draft, named = drafts.from_json(revision.content), called(advisory)
    return Snapshot(
        identifier=advisory.identifier,
        title=draft.title,
        overview=draft.overview,
        details=draft.details,
        fix=draft.fix,
        workaround=draft.workaround,
        no_workaround=draft.no_workaround,
        products=_products(draft),
        cvss31=draft.cvss31,
        cvss40=draft.cvss40,
        severity=Severity(draft.severity) if draft.severity else None,
        cwe_ids=draft.cwe_ids,
        references=draft.references,
        credits=consented(advisory.report),
        cve_id=named.cve_id,
        cve_assigner=_assigner(named.route),
        cve_rejected_at=named.rejected_at,
        repository_advisories=_on_github(advisory),
        related=_related(advisory),
        organisation=organisation(),
        page_url=page_url(advisory),
        published_at=advisory.published_at,
        modified_at=now,
        withdrawn_at=advisory.withdrawn_at,
        withdrawal_reason=advisory.withdrawn_reason,
        is_rehearsal=advisory.report.is_rehearsal,
    )


@enforces(Clause.P12, Clause.P15, Clause.P16, Clause.P17, Clause.P29, Clause.P30)
def publish(advisory: Advisory, *, changed: str = "", now: datetime) -> int:
    """Put what the advisory says now onto our own pages and feeds; the number of its public revision.

    Nothing new makes no revision. A rehearsal is never public: it gets its number and nothing else.
    """
    with transaction.atomic():
        advisory = _locked(advisory)
        return _publish(advisory, cleared(advisory), changed=changed, now=now)


def publish_again(advisory: Advisory, *, changed: str, now: datetime) -> int:
    """The same words as before, with the names and IDs that belong to them now. What nobody has published yet waits."""
    with transaction.atomic():
        advisory = _locked(advisory)
        public = published(advisory)
        if public is None:
            raise Refused("It was never published.")
        return _publish(advisory, public, changed=changed, now=now)


def _locked(advisory: Advisory) -> Advisory:
    return Advisory.objects.select_for_update(no_key=True, of=("self",)).select_related("report").get(pk=advisory.pk)


def _publish(advisory: Advisory, revision: Revision, *, changed: str, now: datetime) -> int:
    is_first = advisory.state == AdvisoryState.DRAFT
    is_new = revision.published_at is None
    _mark(advisory, revision, now=now)
    snapshot = snapshot_of(advisory, revision, now=now)
    if snapshot.is_rehearsal:
        return 1
    number = _keep(advisory, snapshot, changed=changed, now=now)
    if is_first and advisory.follows is not None and advisory.follows.state == AdvisoryState.PUBLISHED:
        publish_again(advisory.follows, changed=f"{advisory.identifier} completes its fix.", now=now)
    places = [Place(kind=kind, where=advisory.identifier) for kind in sorted(OUR_PAGES)]
    note_printed(advisory.report, places, people=snapshot.credits, now=now)
    if is_new or advisory.state == AdvisoryState.WITHDRAWN:
        passages = judging.passages_of(drafts.from_json(revision.content))
        said = "\n".join([*(passage.text for passage in passages), advisory.withdrawn_reason])
        place = Place(kind=CreditPlaceKind.TEXT, where=advisory.identifier)
        gone = note_said(advisory.report, place, text=said, now=now)
        public_record.forget_names(advisory.identifier, gone)
    return number


def page_url(advisory: Advisory) -> str:
    return settings.BASE_URL + reverse("advisory-page", args=[advisory.identifier])


def _mark(advisory: Advisory, revision: Revision, *, now: datetime) -> None:
    if revision.published_at is None:
        Revision.objects.filter(pk=revision.pk).update(published_at=now)
    if advisory.state == AdvisoryState.DRAFT:
        Advisory.objects.filter(pk=advisory.pk).update(state=AdvisoryState.PUBLISHED, published_at=now)
        advisory.state, advisory.published_at = AdvisoryState.PUBLISHED, now


def _keep(advisory: Advisory, snapshot: Snapshot, *, changed: str, now: datetime) -> int:
    written = public_record.write(snapshot, changed=changed, time_to_fix=_time_to_fix(advisory, snapshot), now=now)
    if written.is_new:
        history.append(
            advisory.report, EventKind.PAGE_PUBLISHED, by=None, now=now, advisory=advisory.identifier,
            revision=written.number,
        )  # fmt: skip
    return written.number


def _time_to_fix(advisory: Advisory, snapshot: Snapshot) -> TimeToFix:
    taken = (snapshot.published_at or snapshot.modified_at) - advisory.report.received_at
    return next((kind for kind, longest in LONGEST.items() if taken <= longest), TimeToFix.LONGER)


def _products(draft: Draft) -> tuple[Product, ...]:
    projects = Project.objects.in_bulk([product.project for product in draft.products])
    return tuple(
        Product(
            project=projects[product.project].name,
            repository=projects[product.project].repository,
            repository_url=f"https://github.com/{projects[product.project].repository}",
            ecosystem=product.ecosystem,
            package=product.package,
            ranges=product.ranges,
        )
        for product in draft.products
    )


def _on_github(advisory: Advisory) -> tuple[snapshots.RepositoryAdvisory, ...]:
    """In the order of their publication: what is published later must not rename what programs know already."""
    rows = advisory.repository_advisories.filter(state__in=PUBLIC).order_by("published_at", "id")
    return tuple(
        snapshots.RepositoryAdvisory(repository=row.project.repository, ghsa_id=row.ghsa_id or "", url=row.html_url)
        for row in rows.select_related("project", "report")
    )


def _related(advisory: Advisory) -> tuple[Relation, ...]:
    """Advisories of other reports, as far as the world may know of them."""
    before = advisory.follows
    after = [*advisory.followed_by.exclude(state=AdvisoryState.DRAFT)]
    found: list[tuple[RelationKind, Advisory]] = []
    if before is not None and before.state != AdvisoryState.DRAFT:
        found.append((RelationKind.INCOMPLETE_FIX_OF, before))
    found += [(RelationKind.COMPLETED_BY, other) for other in after]
    return tuple(Relation(kind=kind, identifier=other.identifier, url=page_url(other)) for kind, other in found)


def _assigner(route: str) -> Cna | None:
    """Nobody knows who gave out an ID that was entered by hand, unless whoever entered it said so."""
    match route:
        case CveRoute.CNA:
            return organisation().cna
        case CveRoute.GITHUB:
            return cve.GITHUB
    return None


def organisation() -> Organisation:
    """With what makes it a CNA, if it is one."""
    ours, account = settings.POLICY.organisation, cve_services.account()
    cna = Cna(short_name=account.organisation, org_id=settings.CVE_SERVICES_ORG_ID) if account else None
    return Organisation(name=ours.name, namespace=ours.homepage, contact=f"mailto:{ours.security_address}", cna=cna)
