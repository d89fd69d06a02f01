"""Those who have not answered are asked once more, and after that silence is an answer, too (P17).

Whoever left no address is asked on their page. The clock counts all the same: they agreed to nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from disclosures import credit_answers
from disclosures.credits import tell
from disclosures.models import Credit
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind, NoticeKind
from reports.models import Report

BATCH = 200


@enforces(Clause.P17)
def sweep(*, now: datetime) -> None:
    """Ask again, and hear the silence. Safe to run twice; each person is a transaction of their own."""
    for credit in _overdue_for_silence(now=now):
        credit_answers.keep_silence(credit, now=now)
    for credit in _overdue_for_second(now=now):
        _ask_again(credit, now=now)


def _overdue_for_second(*, now: datetime) -> Iterator[Credit]:
    policy = settings.POLICY
    earliest = now - timedelta(days=policy.credit.ask_again_business_days - 1)
    waiting = Credit.objects.filter(answer="", asked_again_at=None, asked_at__lt=earliest, report__erased_at=None)
    for credit in waiting.order_by("asked_at", "pk")[:BATCH]:
        if credit.asked_at and policy.credit.ask_again_at(credit.asked_at, calendar=policy.calendar) <= now:
            yield credit


def _overdue_for_silence(*, now: datetime) -> Iterator[Credit]:
    policy = settings.POLICY
    earliest = now - timedelta(days=policy.credit.silence_business_days - 1)
    waiting = Credit.objects.filter(answer="", asked_again_at__lt=earliest, report__erased_at=None)
    for credit in waiting.order_by("asked_again_at", "pk")[:BATCH]:
        if credit.asked_again_at and policy.credit.silent_at(credit.asked_again_at, calendar=policy.calendar) <= now:
            yield credit


def _ask_again(credit: Credit, *, now: datetime) -> None:
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=credit.report_id)
        asked = Credit.objects.filter(pk=credit.pk, answer="", asked_again_at=None).update(asked_again_at=now)
        if not asked:
            return
        again = Credit.objects.select_related("report", "reporter", "named_by", "user").get(pk=credit.pk)
        history.append(report, EventKind.CREDIT_ASKED, by=None, now=now, credit=credit.pk, again=True)
        tell(again, NoticeKind.CREDIT_AGAIN, now=now)
