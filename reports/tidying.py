"""Throwing away what nobody will come back for."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django_q.models import Task as FinishedTask

from portal.file_store import Store
from portal.github import deliveries
from portal.rate_limits import forget_full_buckets
from reports import forgetting
from reports.models import StagedFile

STAGED_FILES_LIVE = timedelta(days=1)
UNFINISHED_FILES_LIVE = timedelta(days=1)
TASK_RESULTS_LIVE = timedelta(days=14)
BATCH = 1000


def tidy(*, now: datetime) -> None:
    drop_staged_files(now=now)
    forgetting.drop_unwanted_mail(now=now)
    forget_full_buckets(now=now)
    deliveries.forget(now=now)
    FinishedTask.objects.filter(stopped__lt=now - TASK_RESULTS_LIVE).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def drop_staged_files(*, now: datetime) -> None:
    """Files that came ahead of a report which never came (UP-08). Bytes go only once their row is gone for good."""
    store = Store(settings.FILES_ROOT)
    abandoned = StagedFile.objects.filter(created_at__lt=now - STAGED_FILES_LIVE).order_by("created_at")
    for staged in abandoned[:BATCH]:
        taken, _ = StagedFile.objects.filter(pk=staged.pk).delete()
        if taken:
            transaction.on_commit(partial(store.delete, staged.storage_key))
    store.sweep_unfinished(before=now - UNFINISHED_FILES_LIVE)
