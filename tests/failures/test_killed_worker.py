from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ, Task

from portal import mail, postgres
from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeState
from reports.models import Notification
from tests import database, factories, smtp
from tests.failures import processes

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

REPORTS = 6
KILLS = 2
WORKER = ("manage.py", "qcluster")


def unsent() -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(state=NoticeState.PENDING).count()


def test_a_worker_killed_before_and_while_sending_loses_nothing_and_tells_no_fact_under_two_message_ids(
    django_db_setup: database.Clone, tmp_path: Path
) -> None:
    """Six reports whose acknowledgement is overdue already: receipts, news, warnings of breaches, escalations."""
    for _ in range(2):
        factories.member()
    for number in range(REPORTS):
        factories.receipt(email=f"reporter{number}@example.net", now=timezone.now() - timedelta(days=30))
    OrmQ.objects.filter(pk__in=list(OrmQ.objects.values_list("pk", flat=True))[::2]).delete()
    addresses = postgres.addresses(settings.VAR)
    url = addresses.application.replace(f"/{postgres.DATABASE}?", f"/{django_db_setup.name}?")

    with smtp.letterbox() as box:
        box.slow_by = 0.1
        env = processes.environment(database=url, mail_port=box.port)
        for kill in range(KILLS):
            with processes.running(*WORKER, env=env, log=tmp_path / "worker.log") as worker:
                assert processes.wait_until(lambda: len(box.letters) > 4 * (kill + 1), seconds=60)  # noqa: B023
                processes.kill(worker)
        survived = len(box.letters)
        with processes.running(*WORKER, env=env, log=tmp_path / "worker.log"):
            everything = REPORTS * (2 + 1 + 2 + 1)
            assert processes.wait_until(lambda: len(set(box.facts)) >= everything and not unsent(), seconds=90)

    with acting_as(SYSTEM):
        notices = list(Notification.objects.all())
    assert 0 < survived < everything
    assert Counter(notice.state for notice in notices) == {NoticeState.SENT: everything}
    assert set(box.facts) == {mail.message_id("notice", str(notice.pk)) for notice in notices}
    assert len(box.facts) - len(set(box.facts)) <= KILLS
    assert [task for task in Task.objects.all() if not all(isinstance(number, int) for number in task.args)] == []
    assert {task.result for task in Task.objects.all()} == {None}
