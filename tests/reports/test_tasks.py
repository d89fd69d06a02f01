"""What the worker's own tables may hold, and how it deals with tasks that fail."""

import pickle
import pydoc
import traceback
import uuid

import pytest
from django.conf import settings
from django.db import DataError, connection
from django.test import TestCase
from django_q.models import OrmQ, Schedule

from portal.queue import TaskFailed, discreet
from portal.viewer import SYSTEM, acting_as
from reports import conversation, delivery
from reports.enums import Task
from reports.models import Reporter
from tests import factories

CANARY = "kolibri-8f2d"


@pytest.mark.django_db
def test_the_queue_carries_ids_and_nothing_that_anybody_wrote() -> None:
    factories.member(name=CANARY)

    with TestCase.captureOnCommitCallbacks(execute=True):
        receipt = factories.receipt(
            token=str(uuid.uuid4()), summary=CANARY, description=CANARY, name=CANARY, email=f"{CANARY}@example.org"
        )
        with acting_as(SYSTEM):
            reporter = Reporter.objects.get(pk=receipt.reporter.pk)
        conversation.hear(reporter, CANARY, now=receipt.report.received_at)

    bells = list(OrmQ.objects.all())
    assert bells
    assert all(isinstance(number, int) for bell in bells for number in bell.args())
    assert [bell for bell in bells if CANARY.encode() in pickle.dumps(bell.task)] == []


@pytest.mark.django_db
def test_a_failed_task_says_its_kind_and_place_and_no_value() -> None:
    @discreet
    def quoting() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::integer", [CANARY])

    with pytest.raises(TaskFailed) as failure:
        quoting()

    kept = "".join(traceback.format_exception(failure.value))
    assert DataError.__name__ in kept
    assert CANARY not in kept


def test_every_bell_rings_at_a_task() -> None:
    assert [task for task in Task if not callable(pydoc.locate(task))] == []


def test_a_task_is_handed_out_again_only_when_it_cannot_be_running_any_more() -> None:
    cluster = settings.Q_CLUSTER

    assert cluster["timeout"] < delivery.LEASE.total_seconds() < cluster["retry"]
    assert cluster["timeout"] > delivery.BUDGET
    assert cluster["ack_failures"] is True


@pytest.mark.django_db
def test_the_schedules_are_there_after_migrating() -> None:
    every_minute, hourly = Schedule.objects.get(name="sweep"), Schedule.objects.get(name="tidy")

    assert (every_minute.func, every_minute.schedule_type, every_minute.minutes) == ("reports.tasks.sweep", "I", 1)
    assert (hourly.func, hourly.schedule_type) == ("reports.tasks.tidy", "H")
