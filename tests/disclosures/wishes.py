"""An advisory and its wish for a CVE ID, for tests."""

from datetime import UTC, datetime, timedelta

from disclosures import cves
from disclosures.enums import AdvisoryState, CveRoute
from disclosures.models import Advisory, CveRequest
from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from tests import factories

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def advisory_of(report: Report, *, title: str = "Path traversal", is_published: bool = False) -> Advisory:
    state = AdvisoryState.PUBLISHED if is_published else AdvisoryState.DRAFT
    with acting_as(SYSTEM):
        return Advisory.objects.create(
            report=report,
            title=title,
            state=state,
            published_at=NOW if is_published else None,
        )


def wish_of(report: Report | None = None, *, is_published: bool = False, now: datetime = NOW) -> CveRequest:
    report = report or factories.receipt(now=NOW - timedelta(days=9)).report
    with acting_as(SYSTEM):
        return cves.need(advisory_of(report, is_published=is_published), now=now)


def requested_wish(report: Report | None = None, *, at: datetime = NOW, is_published: bool = False) -> CveRequest:
    wish = wish_of(report, is_published=is_published)
    with acting_as(SYSTEM):
        cves.requested(wish, route=CveRoute.GITHUB, by=None, now=at)
    return wish


def assigned_wish(
    cve_id: str = "CVE-2026-40001", *, report: Report | None = None, is_published: bool = False
) -> CveRequest:
    wish = requested_wish(report, is_published=is_published)
    with acting_as(SYSTEM):
        cves.arrived(wish, cve_id, now=NOW)
    return wish


def again(wish: CveRequest) -> CveRequest:
    """As somebody else finds it."""
    with acting_as(SYSTEM):
        return CveRequest.objects.select_related("report", "advisory").get(pk=wish.pk)
