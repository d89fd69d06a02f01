"""How a chain grows, whoever appends to it and how many at once."""

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.audit import ledger, sealing, verify
from portal.audit.verify import Tally
from portal.models import LedgerEntry, LedgerHead
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.enums import EventKind
from reports.models import Report, ReportChain, ReportEvent
from tests import factories

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def note(report: Report, number: int) -> None:
    history.append(report, EventKind.NOTE_ADDED, by=None, now=NOW + timedelta(minutes=number), message=number)


@pytest.mark.django_db
def test_anybody_can_compute_the_hash_of_an_event_without_a_secret() -> None:
    report = factories.receipt(NOW).report
    with acting_as(SYSTEM):
        note(report, 1)
        first, second = ReportEvent.objects.order_by("seq")

    content = (
        f'{{"at":"2026-03-03T09:01:00.000000+00:00","chain":"report:{report.reference}","details":{{"message":1}},'
        '"kind":"note_added","seq":2,"who":""}'
    )
    assert json.loads(content)
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    assert second.hash == hashlib.sha256(f"{first.hash}\n{content}".encode()).hexdigest()


@pytest.mark.django_db
def test_the_head_names_the_last_event_and_bears_the_seal() -> None:
    report = factories.receipt(NOW).report
    with acting_as(SYSTEM):
        note(report, 1)
        head, last = ReportChain.objects.get(), ReportEvent.objects.order_by("seq").last()

    assert last is not None
    assert (head.length, head.hash) == (2, last.hash)
    assert head.mac == sealing.seal(f"report:{report.reference}", length=2, last=last.hash)
    assert head.mac != sealing.seal(f"report:{report.reference}", length=3, last=last.hash)


@pytest.mark.django_db
def test_many_chains_grow_in_as_many_statements_as_one() -> None:
    reports = [factories.receipt(NOW, email=f"{number}@example.net").report for number in range(5)]
    costs = []

    for some in (reports[:1], reports):
        events = [history.event_of(report, EventKind.NOTE_ADDED, by=None, now=NOW) for report in some]
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as queries:
            history.append_all(events, now=NOW)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    with acting_as(SYSTEM):
        assert list(ReportChain.objects.order_by("pk").values_list("length", flat=True)) == [3, 2, 2, 2, 2]


@pytest.mark.django_db
def test_an_event_that_cannot_be_written_takes_its_action_with_it() -> None:
    report = factories.receipt(NOW).report

    @transaction.atomic
    def act() -> None:
        Report.objects.filter(pk=report.pk).update(project_unknown=False)
        history.append(report, EventKind.NOTE_ADDED, by=None, now=NOW, message="\x00")

    with acting_as(SYSTEM), pytest.raises(DatabaseError):
        act()

    with acting_as(SYSTEM):
        assert Report.objects.get(pk=report.pk).project_unknown
        assert ReportChain.objects.get().length == 1


@pytest.mark.django_db(transaction=True)
def test_those_who_append_at_once_make_one_chain() -> None:
    report = factories.receipt(NOW).report
    begin = threading.Barrier(4)

    def write() -> None:
        begin.wait()
        try:
            for number in range(5):
                with acting_as(SYSTEM):
                    note(Report.objects.get(pk=report.pk), number)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with acting_as(SYSTEM):
        assert list(ReportEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 22))
    assert list(verify.findings(tally=Tally())) == []


@pytest.mark.django_db
def test_the_ledger_notes_what_grew_and_nothing_twice() -> None:
    one = factories.receipt(NOW, email="one@example.net").report
    factories.receipt(NOW, email="two@example.net")

    with acting_as(SYSTEM):
        for _ in range(2):
            ledger.note(now=NOW)
        note(one, 1)
        ledger.note(now=NOW)
        entries = list(LedgerEntry.objects.order_by("seq"))
        end = LedgerHead.objects.get()

    lengths = [[head["length"] for head in entry.details["heads"]] for entry in entries]
    assert lengths == [[1, 1], [2]]
    assert end.length == 2


@pytest.mark.django_db
def test_the_ledger_holds_only_so_many_chains_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST", 1)
    monkeypatch.setattr(ledger, "MOST_AT_ONCE", 2)
    for number in range(3):
        factories.receipt(NOW, email=f"{number}@example.net")

    with acting_as(SYSTEM):
        ledger.note(now=NOW)
        first = LedgerEntry.objects.count()
        ledger.note(now=NOW)
        assert (first, LedgerEntry.objects.count()) == (2, 3)


@pytest.mark.django_db
def test_nobody_but_the_portal_itself_sees_how_many_chains_there_are() -> None:
    member = factories.member()
    factories.receipt(NOW)
    with acting_as(SYSTEM):
        ledger.note(now=NOW)

    with acting_as(factories.looking(member)):
        assert (LedgerEntry.objects.count(), LedgerHead.objects.count()) == (0, 0)
        assert ReportChain.objects.count() == 1
