"""What happened before there were chains is put into them."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from portal.audit import verify
from portal.audit.verify import Tally
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.enums import EventKind
from reports.models import ReportChain, ReportEvent
from tests import factories

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_the_history_of_an_earlier_release_is_chained_as_if_it_had_always_been() -> None:
    reports = [factories.receipt(NOW, email=f"{number}@example.net").report for number in range(3)]
    with acting_as(SYSTEM):
        for report in reports[1:]:
            history.append(report, EventKind.NOTE_ADDED, by=None, now=NOW, message=1)
        before = list(ReportEvent.objects.order_by("pk").values_list("report", "seq", "previous_hash", "hash"))

    call_command("migrate", "reports", "0007", verbosity=0)
    call_command("migrate", verbosity=0)

    with acting_as(SYSTEM):
        assert list(ReportEvent.objects.order_by("pk").values_list("report", "seq", "previous_hash", "hash")) == before
        assert list(ReportChain.objects.order_by("pk").values_list("length", flat=True)) == [1, 2, 2]
    assert list(verify.findings(tally=Tally())) == []
