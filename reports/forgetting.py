"""Forgetting the people on a reporter's side, and in the end the whole report (PRV-02, PRV-03).

What happened, and when, stays in the history. Both are safe to run twice, or halfway.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal.file_store import Store
from portal.viewer import SYSTEM, acting_as
from reports import history, search
from reports.enums import CreditWish, EventKind, MailState, NoticeState, State
from reports.github_reports import noticing
from reports.guards import Refused
from reports.models import (
    AccessKey,
    Attachment,
    InboundMail,
    LikenessMark,
    Notification,
    OpenPGPKey,
    Report,
    Reporter,
    SearchWord,
)

BATCH = 50
MOST_MAILS = 1000
"""Destroyed at a time."""


class Forget(Protocol):
    def __call__(self, report: Report, *, now: datetime) -> None: ...


class ForgetToo(Protocol):
    """Destroys what another app keeps of the people on a report's reporter's side, in the same transaction."""

    def __call__(self, report: Report, *, now: datetime, even_in_print: bool) -> None: ...


_others: list[ForgetToo] = []


def also(forget: ForgetToo) -> ForgetToo:
    """From now on `forget_reporters` does this as well. Apps that build on reports say so when they are ready."""
    if forget not in _others:
        _others.append(forget)
    return forget


def forget_reporters(report: Report, *, now: datetime, keep_links: bool = False, even_in_print: bool = False) -> None:
    """Destroy names, addresses, OpenPGP keys and credit of everybody on the reporter's side, with what is found by them
    and mail that was not sent. Their links end. What they wrote stays, whatever it tells of them.

    Names that are in print with a consent stay there, unless `even_in_print`.
    """
    with transaction.atomic():
        locked = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if locked.erased_at is not None:
            return
        for reporter in locked.reporters.all():
            reporter.name = reporter.email = reporter.credit_name = ""
            reporter.credit_wish = CreditWish.NO
            reporter.save(update_fields=["name", "email", "credit_name", "credit_wish"])
        noticing.forget_people(locked)
        OpenPGPKey.objects.filter(report=locked).delete()
        for forget in _others:
            forget(locked, now=now, even_in_print=even_in_print)
        search.index(locked)
        _drop_mail(Q(report=locked, reporter__isnull=False))
        _destroy(InboundMail.objects.filter(report=locked))
        if not keep_links:
            AccessKey.objects.filter(report=locked, revoked_at=None).update(revoked_at=now)
        Report.objects.filter(pk=locked.pk).update(forgotten_at=now)
        history.append(locked, EventKind.IDENTITY_FORGOTTEN, by=None, now=now)


def erase(report: Report, *, now: datetime) -> None:
    """Destroy the key of a closed report, and with it every word of it; its files and what it is found by go too."""
    with transaction.atomic():
        locked = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if locked.erased_at is not None:
            return
        if locked.state != State.CLOSED:
            raise Refused("Only a closed report can be erased.")
        _delete_files(locked)
        SearchWord.objects.filter(report=locked).delete()
        LikenessMark.objects.filter(report=locked).delete()
        OpenPGPKey.objects.filter(report=locked).delete()
        Reporter.objects.filter(report=locked).update(email_index="")
        _drop_mail(Q(report=locked))
        _destroy(InboundMail.objects.filter(report=locked))
        Report.objects.filter(pk=locked.pk).update(data_key=b"", data_key_by="", erased_at=now)
        history.append(locked, EventKind.ERASED, by=None, now=now)


def keep_retention(*, now: datetime) -> None:
    """What the organisation's policy says is to go, goes: some reports at a time, each in a transaction of its own.

    One that fails holds up no other; what failed is raised in the end.
    """
    retention = settings.POLICY.retention
    failures: list[Exception] = []
    if moment := retention.reports_closed_before(now):
        failures += _each(Q(closed_at__lt=moment), erase, now=now)
    if moment := retention.identities_closed_before(now):
        still_known = Q(forgotten_at=None) | Q(forgotten_at__lt=F("closed_at"))
        failures += _each(still_known & Q(closed_at__lt=moment), forget_reporters, now=now)
    if failures:
        raise ExceptionGroup("What was to be forgotten could not all be.", failures)


def _each(which: Q, verb: Forget, *, now: datetime) -> Iterator[Exception]:
    with acting_as(SYSTEM):
        closed = Report.objects.filter(which, state=State.CLOSED, erased_at=None).order_by("closed_at", "pk")
        reports = list(closed[:BATCH])
    for report in reports:
        try:
            with acting_as(SYSTEM):
                verb(report, now=now)
        except Exception as failure:  # noqa: BLE001 - raised in the end, with the others
            yield failure


def _drop_mail(which: Q) -> None:
    """Of what failed too, so that nobody sends it again."""
    waiting = Notification.objects.filter(which, state__in=[NoticeState.PENDING, NoticeState.FAILED])
    waiting.update(state=NoticeState.DROPPED, error="It was forgotten whom or what this was about.")


def drop_unwanted_mail(*, now: datetime) -> None:
    """What mail said that counted for nothing goes, with its source. That it came stays."""
    moment = settings.POLICY.retention.unwanted_mail_before(now)
    if moment is None:
        return
    of_nobody = Q(state__in=[MailState.IGNORED, MailState.AUTOMATIC]) | Q(state=MailState.BOUNCE, report=None)
    old = of_nobody & Q(taken_at__lt=moment) | Q(state=MailState.REFUSED, settled_at__lt=moment)
    with transaction.atomic():
        batch = InboundMail.objects.filter(old).exclude(data_key=b"").order_by("pk").values("pk")[:MOST_MAILS]
        _destroy(InboundMail.objects.filter(pk__in=[row["pk"] for row in batch]))


def _destroy(mails: QuerySet[InboundMail]) -> None:
    """With their keys goes every word of them, and who wrote it: that stands in each mail as it came."""
    store = Store(settings.FILES_ROOT)
    for key in mails.exclude(storage_key="").values_list("storage_key", flat=True):
        transaction.on_commit(partial(store.delete, key))
    mails.update(data_key=b"", data_key_by="", storage_key="", sender_index="")


def _delete_files(report: Report) -> None:
    """Bytes go only once the key is gone for good."""
    store = Store(settings.FILES_ROOT)
    for keys in Attachment.objects.filter(report=report).values_list("storage_key", "picture_key"):
        for key in filter(None, keys):
            transaction.on_commit(partial(store.delete, key))
