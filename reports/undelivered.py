"""Notices that could not be delivered, and sending them again."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from portal.queue import enqueue
from reports.enums import NoticeState, Task
from reports.guards import Refused
from reports.models import Notification
from teams.models import User

SEND_AGAIN = "reports.change_notification"


def failed(user: User) -> QuerySet[Notification]:
    """Those that failed for good, the newest first, for who may put it right."""
    if not user.has_perm(SEND_AGAIN):
        return Notification.objects.none()
    return all_failed()


def all_failed() -> QuerySet[Notification]:
    return Notification.objects.filter(state=NoticeState.FAILED).order_by("-created_at", "-id")


def send_again(ids: Iterable[int], *, by: User, now: datetime) -> int:
    """Let the worker try those of `ids` that failed once more, from the beginning; how many there were."""
    if not by.has_perm(SEND_AGAIN):
        raise Refused("Only members of the security team can send notices again.")
    sent = [
        pk
        for pk in failed(by).filter(pk__in=list(ids)).values_list("pk", flat=True)
        if Notification.objects.filter(pk=pk, state=NoticeState.FAILED).update(
            state=NoticeState.PENDING, attempts=0, next_attempt_at=now, leased_until=None, error=""
        )
    ]
    if sent:
        enqueue(Task.DELIVER, *sent)
    return len(sent)
