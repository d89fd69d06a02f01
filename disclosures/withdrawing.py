"""Taking back an advisory that should not have been published, and following up one whose fix was incomplete.

The reason is read by everybody, so it is held to what holds for the advisory: nothing in it may give anything away, and
somebody else has to agree. GitHub offers no call that withdraws an advisory: people do it there by hand, and say here
that it is done. Our own page never vanishes: it says that the advisory is withdrawn, and why.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from disclosures import approving, cve_rejection, drafting, judging, publishing, second_person
from disclosures import credits as crediting
from disclosures.enums import AdvisoryState, RepositoryAdvisoryState
from disclosures.judging import Judged
from disclosures.leaks import Passage
from disclosures.models import Advisory, RepositoryAdvisory, Withdrawal
from portal.policy import Clause, enforces
from reports import history, notices, own_reports
from reports.access import Permission, permissions_on
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused, demand, refuse_made_up
from reports.models import Report
from reports.own_reports import OwnReport
from teams.models import User

BY_HAND = RepositoryAdvisoryState.PUBLISHED
"""What still stands on GitHub, where a person must change it."""
TOO_LATE: Final = "That was decided already. Look at the page again."
NOT_NOW: Final = "Only what is published, and not withdrawn yet, can be withdrawn."


def standing(advisory: Advisory) -> Withdrawal | None:
    """What is proposed, or was agreed to."""
    rows = Withdrawal.objects.filter(advisory=advisory, dropped_at=None).select_related("proposed_by", "agreed_by")
    found = rows.first()
    if found is not None:
        found.report, found.advisory = advisory.report, advisory
    return found


@enforces(Clause.P8, Clause.P17)
def findings_of(withdrawal: Withdrawal) -> Sequence[Judged]:
    """What its reason may give away."""
    said = Passage(anchor="withdrawal", label="Reason", text=withdrawal.reason)
    return judging.findings_in(said, about=withdrawal.advisory)


def propose(advisory: Advisory, *, reason: str, by: User, now: datetime) -> Withdrawal:
    """Nothing changes before a second person agrees, who is asked once nothing in the reason is left to look at."""
    demand(by, Permission.PUBLISH, advisory.report)
    if not reason.strip():
        raise Refused("Say why it is withdrawn: everybody who comes to its page reads it.")
    try:
        with transaction.atomic():
            approving.hold(advisory)
            if advisory.state != AdvisoryState.PUBLISHED:
                raise Refused(NOT_NOW)
            withdrawal = Withdrawal.objects.create(
                report=advisory.report, advisory=advisory, reason=reason.strip(), proposed_by=by, proposed_at=now
            )
            _note(withdrawal, EventKind.WITHDRAWAL_PROPOSED, by=by, now=now)
            _ask_if_ready(withdrawal, now=now)
    except IntegrityError:
        raise Refused("Somebody has just proposed the same. Look at the page again.") from None
    return withdrawal


def waive(withdrawal: Withdrawal, finding: str, *, reason: str, by: User, now: datetime) -> None:
    """Let pass what only seems to give something away. `finding`: its key."""
    advisory = withdrawal.advisory
    demand(by, Permission.ADVISE, advisory.report)
    if not reason.strip():
        raise Refused("Say why it gives nothing away.")
    with transaction.atomic():
        approving.hold(advisory)
        _refuse_if_decided(withdrawal)
        may = permissions_on(by, advisory.report)
        judged = next((one for one in findings_of(withdrawal) if one.key == finding and one.is_shown(may)), None)
        if judged is None:
            raise Refused("That is not in the reason.")
        _, is_news = approving.let_pass(advisory, judged, reason=reason, by=by, now=now)
        if is_news:
            _ask_if_ready(withdrawal, now=now)


@enforces(Clause.P8, Clause.P15, Clause.P17, Clause.P30)
def agree(withdrawal: Withdrawal, *, by: User, now: datetime) -> None:
    """The second person. Our page and feeds say so at once, a CVE ID of ours is rejected, who reported it and the team
    are told; the rest is listed for people to change.
    """
    advisory, report = withdrawal.advisory, withdrawal.advisory.report
    demand(by, Permission.PUBLISH, report)
    if withdrawal.proposed_by_id == by.pk:
        raise Refused("You proposed it yourself: somebody else must agree.")
    with transaction.atomic():
        approving.hold(advisory)
        _refuse_if_decided(withdrawal)
        if left := [judged for judged in findings_of(withdrawal) if judged.is_open]:
            raise Refused(approving.still_to_look_at(left, may=permissions_on(by, report)))
        Withdrawal.objects.filter(pk=withdrawal.pk).update(agreed_by=by, agreed_at=now)
        _withdraw(advisory, reason=withdrawal.reason, by=by, now=now)


def drop(withdrawal: Withdrawal, *, by: User, now: datetime) -> None:
    """It stays published. That somebody proposed otherwise stays on record."""
    demand(by, Permission.PUBLISH, withdrawal.advisory.report)
    with transaction.atomic():
        if not _open(withdrawal).update(dropped_at=now):
            raise Refused(TOO_LATE)
        _note(withdrawal, EventKind.WITHDRAWAL_DROPPED, by=by, now=now)


def _withdraw(advisory: Advisory, *, reason: str, by: User, now: datetime) -> None:
    """In the words that were public before: what was approved since is not published by taking it back."""
    taken = Advisory.objects.filter(pk=advisory.pk, state=AdvisoryState.PUBLISHED)
    if not taken.update(state=AdvisoryState.WITHDRAWN, withdrawn_at=now):
        raise Refused(NOT_NOW)
    advisory.refresh_from_db(fields=["state", "withdrawn_at"])
    advisory.withdrawn_reason = reason
    advisory.save(update_fields=["withdrawn_reason"])
    history.append(advisory.report, EventKind.ADVISORY_WITHDRAWN, by=by, now=now, advisory=advisory.identifier)
    cve_rejection.with_advisory(advisory, reason=reason, by=by, now=now)
    publishing.publish_again(advisory, changed="Withdrawn.", now=now)
    _tell(advisory, but=by, now=now)


def _tell(advisory: Advisory, *, but: User, now: datetime) -> None:
    """Who reported the same again hears of it, too, as they did of its publication."""
    report, fact = advisory.report, f"withdrawn:{advisory.pk}"
    notices.tell_team(report, NoticeKind.WITHDRAWN, fact=fact, now=now, but=but)
    crediting.tell_everybody(report, NoticeKind.TAKEN_BACK, fact=fact, now=now)


def _open(withdrawal: Withdrawal) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(pk=withdrawal.pk, agreed_at=None, dropped_at=None)


def _refuse_if_decided(withdrawal: Withdrawal) -> None:
    if not _open(withdrawal).exists():
        raise Refused(TOO_LATE)


def _ask_if_ready(withdrawal: Withdrawal, *, now: datetime) -> None:
    if not any(judged.is_open for judged in findings_of(withdrawal)):
        fact = f"withdrawal:{withdrawal.pk}"
        second_person.ask(withdrawal.advisory.report, fact=fact, but=withdrawal.proposed_by, now=now)


def _note(withdrawal: Withdrawal, kind: EventKind, *, by: User, now: datetime) -> None:
    history.append(withdrawal.advisory.report, kind, by=by, now=now, advisory=withdrawal.advisory.identifier)


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
        there = RepositoryAdvisory.objects.filter(pk=row.pk, state=BY_HAND)
        if there.update(state=RepositoryAdvisoryState.WITHDRAWN, checked_at=None):
            about = row.advisory.identifier
            history.append(
                row.report, EventKind.ADVISORY_WITHDRAWN, by=by, now=now, advisory=about, project=row.project_id
            )
            publishing.publish_again(row.advisory, changed="Withdrawn on GitHub.", now=now)


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
