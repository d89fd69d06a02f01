"""What came in a flood, and mail of which nobody can tell whose it is, waits here until a person has looked at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports import bulk, revealing
from reports.access import Permission
from reports.bulk import Outcome
from reports.correspondence import quarantine as mail_quarantine
from reports.enums import DeclineReason
from reports.flood import grouping
from reports.flood.waiting import heaps_of
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import InboundMail, Report
from reports.rows import rows_of
from reports.views.outcomes import tell
from teams import record
from teams.enums import AccountEventKind
from teams.sign_in import signed_in

VERBS = ("group", "lift", "spam")


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Each row shows how its text begins. The record keeps who looked it over, as it keeps who searched."""
    record.append_once(signed_in(request), AccountEventKind.QUARANTINE_READ, now=timezone.now())
    waiting = Report.objects.in_quarantine().select_related("coordinator").order_by("quarantined_at", "pk")
    rows = rows_of(waiting[: bulk.MOST + 1])
    context = {
        "heaps": heaps_of(rows[: bulk.MOST]),
        "there_are_more": len(rows) > bulk.MOST,
        "may_review": signed_in(request).has_perm(Permission.REVIEW_QUARANTINE),
        **_mails(request),
    }
    return render(request, "reports/queue/quarantine.html", context)


@dataclass(frozen=True, slots=True)
class ListedMail:
    mail: InboundMail
    shows_sender: bool


def _mails(request: HttpRequest) -> Mapping[str, object]:
    user, now = signed_in(request), timezone.now()
    waiting = list(mail_quarantine.put_aside(user)[: bulk.MOST + 1])
    others = mail_quarantine.passed_over(user, now=now)[: bulk.MOST]
    return {
        "mails": [_listed(mail, request, now=now) for mail in waiting[: bulk.MOST]],
        "more_mails": len(waiting) > bulk.MOST,
        "passed_over": [_listed(mail, request, now=now) for mail in others],
    }


def _listed(mail: InboundMail, request: HttpRequest, *, now: datetime) -> ListedMail:
    report = mail.report
    return ListedMail(mail, report is None or revealing.is_revealed(report, session=request.session, now=now))


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """Some by a button of their own (`lift`, `spam` and `group` carry references), or all chosen ones (`all`)."""
    user, now = signed_in(request), timezone.now()
    verb, references = _asked(request.POST)
    if verb == "group":
        _group(request, references, now=now)
    elif verb == "lift":
        tell(request, bulk.lift_all(bulk.quarantined(references), by=user, now=now), "Taken out of quarantine")
    else:
        decision = Decision(reason=DeclineReason.SPAM)
        outcome = bulk.move_all(bulk.quarantined(references), Move.DECLINE, by=user, decision=decision, now=now)
        tell(request, outcome, "Closed as spam")
    return redirect("quarantine")


def _asked(posted: QueryDict) -> tuple[str, list[str]]:
    """What is to be done, and with which references: those of the button, or those that were chosen."""
    if verb := posted.get("all"):
        return verb if verb in VERBS else "spam", posted.getlist("chosen")
    verb = next((name for name in VERBS if posted.get(name)), "spam")
    return verb, " ".join(posted.getlist(verb)).split()


def _group(request: HttpRequest, references: Sequence[str], *, now: datetime) -> None:
    reports = bulk.chosen(references)
    if not reports:
        tell(request, Outcome(), "Grouped")
        return
    try:
        size = grouping.group(reports[0], reports[1:], by=signed_in(request), now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{size} reports are in one group.")
