"""Taking back an advisory that should not have been published, and following up one whose fix was incomplete.

GitHub offers no call that withdraws an advisory: people do it there by hand, and say here that it is done. Our own
page never vanishes: it says that the advisory is withdrawn, and why.
"""

import uuid
from datetime import datetime

from django.db import transaction

from disclosures import cve_rejection, drafting, publishing
from disclosures.enums import AdvisoryState, RepositoryAdvisoryState
from disclosures.models import Advisory, RepositoryAdvisory
from portal.policy import Clause, enforces
from reports import history, own_reports
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand, refuse_made_up
from reports.models import Report
from reports.own_reports import OwnReport
from teams.models import User

BY_HAND = RepositoryAdvisoryState.PUBLISHED
"""What still stands on GitHub, where a person must change it."""


@enforces(Clause.P15, Clause.P30)
def withdraw(advisory: Advisory, *, reason: str, by: User, now: datetime) -> None:
    """Our page and feeds say so at once, and a CVE ID of ours is rejected; the rest is listed for people to change."""
    report = advisory.report
    demand(by, Permission.PUBLISH, report)
    if not reason.strip():
        raise Refused("Say why it is withdrawn: everybody who comes to its page reads it.")
    with transaction.atomic():
        taken = Advisory.objects.filter(pk=advisory.pk, state=AdvisoryState.PUBLISHED)
        if not taken.update(state=AdvisoryState.WITHDRAWN, withdrawn_at=now):
            raise Refused("Only what is published, and not withdrawn yet, can be withdrawn.")
        advisory.refresh_from_db(fields=["state", "withdrawn_at"])
        advisory.withdrawn_reason = reason.strip()
        advisory.save(update_fields=["withdrawn_reason"])
        history.append(report, EventKind.ADVISORY_WITHDRAWN, by=by, now=now, advisory=advisory.identifier)
        cve_rejection.with_advisory(advisory, reason=advisory.withdrawn_reason, by=by, now=now)
        publishing.publish(advisory, changed="Withdrawn.", now=now)


def on_github(advisory: Advisory) -> list[RepositoryAdvisory]:
    """Where it was published, and so has to be withdrawn by hand."""
    seen = advisory.repository_advisories.filter(ghsa_id__isnull=False).select_related("project", "report")
    return [row for row in seen if row.state in {BY_HAND, RepositoryAdvisoryState.WITHDRAWN}]


def say_done(row: RepositoryAdvisory, *, by: User, now: datetime) -> None:
    """Somebody withdrew it on GitHub. Said twice, it is kept once; what GitHub shows is looked at all the same."""
    demand(by, Permission.PUBLISH, row.report)
    if row.advisory.state != AdvisoryState.WITHDRAWN:
        raise Refused("Withdraw it here first, with the reason: then it is changed on GitHub.")
    with transaction.atomic():
        standing = RepositoryAdvisory.objects.filter(pk=row.pk, state=BY_HAND)
        if standing.update(state=RepositoryAdvisoryState.WITHDRAWN):
            about = row.advisory.identifier
            history.append(
                row.report, EventKind.ADVISORY_WITHDRAWN, by=by, now=now, advisory=about, project=row.project_id
            )
            publishing.publish(row.advisory, changed="Withdrawn on GitHub.", now=now)


@enforces(Clause.P30)
def follow_up(advisory: Advisory, *, by: User, now: datetime) -> Advisory:
    """The fix was incomplete: a report of its own tells the rest, with an advisory that follows this one."""
    report = advisory.report
    demand(by, Permission.PUBLISH, report)
    if advisory.state == AdvisoryState.DRAFT:
        raise Refused("It is not published yet: its own text can still be changed.")
    refuse_made_up(report, "a report that follows it would be a real one.")
    with transaction.atomic():
        followed = own_reports.open_own(_as_told(report, advisory), by=by, now=now)
        return drafting.begin(followed, by=by, now=now, follows=advisory)


def _as_told(report: Report, advisory: Advisory) -> OwnReport:
    return OwnReport(
        token=str(uuid.uuid4()),
        summary=f"The fix of {advisory.identifier} is incomplete",
        description=f"The fix published with {advisory.identifier}, from {report.reference}, is incomplete.",
        projects=[named.project for named in report.affected_projects.select_related("project")],
        assessed_like=report,
    )
