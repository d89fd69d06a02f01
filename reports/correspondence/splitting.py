"""Several faults in one report: a part of it becomes a report of its own, with the same reporter and behind the same
walls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from portal.file_store import StoreError
from portal.policy import Clause, enforces
from portal.sealed.box import SealBroken
from portal.viewer import SYSTEM, acting_as
from reports import history, intake, staging, tracking
from reports.access import Permission
from reports.enums import Audience, Channel, CreditWish, EventKind
from reports.guards import Refused, demand
from reports.intake import Receipt, Submission
from reports.models import Attachment, Grant, Report, Reporter, StagedFile
from reports.staging import Usage
from teams.models import User

UNREADABLE: Final = "{} is not where it was kept, or cannot be opened: leave it out, and tell an administrator."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What becomes a report of its own. `token`: the form's own secret, by which a repetition is known."""

    token: str
    summary: str
    text: str
    files: Sequence[Attachment] = ()
    with_co_reporters: bool = True


def files_of(report: Report) -> list[Attachment]:
    """What the reporter's side sent, and may so read in another report of theirs."""
    theirs = report.attachments.filter(audience=Audience.REPORTER, user=None)
    return list(theirs.order_by("created_at", "pk"))


def co_reporters_of(report: Report) -> list[Reporter]:
    """Those who still follow it and left an address: others could not be given a link of their own."""
    invited = report.reporters.filter(invited_by__isnull=False).exclude(email_index="").select_related("grant")
    return [one for one in invited.order_by("pk") if one.grant.is_in_force]


@enforces(Clause.P1, Clause.P8)
def split(report: Report, part: Part, *, by: User, now: datetime) -> Report:
    """Its clock began when `report` arrived. Whoever may not see that one sees no more of this. Sent twice, it is one.

    The finder gets the receipt and a link of their own, if they still have access and left an address; so do their
    co-reporters. Chosen files are there twice, each sealed for its own report. Neither history names the other report.
    """
    demand(by, Permission.COORDINATE, report)
    demand(by, Permission.SEE_REPORTER, report)
    if report.channel == Channel.TEAM:
        raise Refused("The team opened it itself, with no reporter who could follow: open another one for the rest.")
    token = f"split:{report.pk}:{part.token}"
    known = intake.find(token)
    if known is not None:
        return known.report
    files = _copied(part.files, now=now)
    finder = report.reporters.select_related("grant").get(invited_by=None)
    has_access = finder.grant.is_in_force
    submission = Submission(
        token=token,
        summary=part.summary,
        description=part.text,
        project_unknown=True,
        name=finder.name,
        email=finder.email if has_access else "",
        credit_wish=CreditWish(finder.credit_wish),
        channel=Channel.WEB if report.channel == Channel.GITHUB else Channel(report.channel),
        files=files,
    )
    with transaction.atomic():
        history.append(report, EventKind.SPLIT, by=by, now=now)
        made = intake.receive(submission, now=report.received_at, behind=report)
        if not has_access:
            with acting_as(SYSTEM):
                Grant.objects.filter(pk=made.reporter.grant_id).update(revoked_at=now)
        if part.with_co_reporters:
            _bring_along(co_reporters_of(report), made, token=token, by=by, now=now)
    return made.report


def _copied(files: Sequence[Attachment], *, now: datetime) -> list[StagedFile]:
    """Before the transaction, as it takes time. What is not claimed is swept away after a day."""
    usage = Usage(len(files), sum(file.size for file in files))
    if complaint := staging.excess(usage, limits=settings.POLICY.uploads):
        raise Refused(f"{complaint} Leave some out.")
    copies = []
    for file in files:
        try:
            copies.append(staging.copy(file, now=now))
        except (StoreError, SealBroken):
            raise Refused(UNREADABLE.format(file.name)) from None
    return copies


def _bring_along(invited: Sequence[Reporter], made: Receipt, *, token: str, by: User, now: datetime) -> None:
    with acting_as(SYSTEM):
        there = Reporter.objects.filter(report=made.report, invited_by=made.reporter)
        if there.exists():
            return
        for one in invited:
            tracking.bring_along(one, to=made.reporter, by=by, token=f"{token}:{one.pk}", now=now)
