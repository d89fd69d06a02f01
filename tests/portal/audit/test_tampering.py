"""Somebody holds the whole database, as the owner of its tables, and takes the triggers away. It shows all the same."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import psycopg.types.json
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql
from psycopg.rows import namedtuple_row
from pytest_django.fixtures import Settings

from portal.audit import anchor, ledger, verify
from portal.audit.anchor import Anchor
from portal.audit.verify import Tally
from portal.models import LedgerEntry
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.enums import EventKind
from reports.models import Report, ReportEvent
from teams import record
from teams.enums import AccountEventKind
from tests import factories

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TABLES = (
    "reports_reportevent", "reports_reportchain", "teams_accountevent", "teams_accountchain", "portal_ledgerentry",
    "portal_ledgerhead",
)  # fmt: skip


class Thief:
    """Changes what they like. `THE EVENTS` are those of the report, `MINE` a condition for its rows."""

    def __init__(self, connection: psycopg.Connection, report: Report) -> None:
        self.connection = connection
        self.report = report
        connection.execute("SET portal.viewer = 'system'")
        for table in TABLES:
            connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))

    def does(self, *statements: str) -> None:
        mine = f"WHERE report_id = {self.report.pk}"
        for statement in statements:
            worded = statement.replace("THE EVENTS", f"reports_reportevent {mine}").replace("MINE", mine)
            assert self.connection.execute(worded).rowcount != 0, worded

    def copies(self, table: str) -> Sequence[tuple[object, ...]]:
        cursor = self.connection.cursor(row_factory=namedtuple_row)
        return cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()

    def puts_back(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """The table as it was when `rows` were copied."""
        name = sql.Identifier(table)
        self.connection.execute(sql.SQL("DELETE FROM {}").format(name))
        places = sql.SQL(", ").join([sql.Placeholder()] * len(rows[0]))
        for row in rows:
            values = [psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value for value in row]
            self.connection.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(name, places), values)


@pytest.fixture
def report(transactional_db: None) -> Report:
    """With five events, all in the ledger, beside a report that nobody touches."""
    del transactional_db
    factories.receipt(NOW, summary="Another", email="another@example.net")
    report = factories.receipt(NOW).report
    grow(report, 4)
    return report


@pytest.fixture
def thief(owner_connection: psycopg.Connection, report: Report) -> Thief:
    return Thief(owner_connection, report)


def grow(report: Report, events: int) -> None:
    with acting_as(SYSTEM):
        for number in range(1, events + 1):
            now = NOW + timedelta(minutes=number)
            history.append(report, EventKind.NOTE_ADDED, by=None, now=now, message=number)
        ledger.note(now=NOW + timedelta(minutes=events))


def unlike(chain: str, *, ledger: int, head: int) -> str:
    known = f"The ledger knows {chain} up to event {ledger}, its head says up to event {head}"
    return f"{known}: an entry of the ledger or the head was removed or put back."


def found(*anchors: Anchor) -> list[str]:
    return list(verify.findings(anchors, tally=Tally()))


def test_an_untouched_record_fits(report: Report) -> None:
    tally = Tally()

    assert list(verify.findings(tally=tally)) == []
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=report).count() == 5
        assert tally.events == ReportEvent.objects.count() + LedgerEntry.objects.count() == 7


@pytest.mark.parametrize(
    "change",
    [
        "details = '{\"message\": 7}'",
        "kind = 'declined'",
        "at = at + interval '1 microsecond'",
        "user_id = (SELECT min(id) FROM teams_user)",
        "details = details || '{\"more\": true}'",
    ],
)
def test_a_changed_event_is_named(thief: Thief, change: str) -> None:
    factories.member()
    thief.does(f"UPDATE reports_reportevent SET {change} MINE AND seq = 2")

    assert found() == [f"Event 2 of report:{thief.report.reference} was changed: it is not what was sealed."]


def test_a_removed_event_is_named(thief: Thief) -> None:
    thief.does("DELETE FROM THE EVENTS AND seq IN (2, 3)")

    assert found() == [f"Events 2 to 3 of report:{thief.report.reference} are missing: removed."]


def test_a_removed_event_is_named_though_the_others_were_renumbered(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does(
        "DELETE FROM THE EVENTS AND seq = 3",
        "UPDATE reports_reportevent SET seq = seq - 1 MINE AND seq = 4",
        "UPDATE reports_reportevent SET seq = seq - 1 MINE AND seq = 5",
    )

    moved = "the chain was reordered, or an event before it removed or inserted."
    assert found() == [
        f"Event 3 of {chain} does not follow the event before it: one of the two was changed, inserted or moved.",
        f"Event 3 of {chain} was event 4: {moved}",
        f"Event 4 of {chain} was event 5: {moved}",
        f"Event 5 of {chain} is missing at its end: cut off.",
        f"Event 5 of {chain}, which entry 1 of the ledger names, is not there: the chain was cut off.",
    ]


def test_reordered_events_are_named(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does(
        "UPDATE reports_reportevent SET seq = 99 MINE AND seq = 2",
        "UPDATE reports_reportevent SET seq = 2 MINE AND seq = 3",
        "UPDATE reports_reportevent SET seq = 3 MINE AND seq = 99",
    )

    moved = "the chain was reordered, or an event before it removed or inserted."
    unlike = "does not follow the event before it: one of the two was changed, inserted or moved."
    assert found() == [
        f"Event 2 of {chain} {unlike}",
        f"Event 2 of {chain} was event 3: {moved}",
        f"Event 3 of {chain} {unlike}",
        f"Event 3 of {chain} was event 2: {moved}",
        f"Event 4 of {chain} {unlike}",
    ]


INVENTED = """INSERT INTO reports_reportevent (report_id, seq, previous_hash, hash, kind, at, details)
    SELECT report_id, seq + 1, hash, '{hash}', 'declined', at, '{{}}' FROM THE EVENTS AND seq = 5"""


def invented(report: Report) -> str:
    """An event that fits at the end: its hash needs no secret."""
    with acting_as(SYSTEM):
        last = ReportEvent.objects.select_related("report").get(report=report, seq=5)
    new = ReportEvent(
        report=last.report, seq=6, previous_hash=last.hash, kind=EventKind.DECLINED, at=last.at, details={}
    )
    return new.digest()


def test_an_event_inserted_at_the_end_is_named(thief: Thief) -> None:
    thief.does(INVENTED.format(hash=invented(thief.report)))

    assert found() == [f"Event 6 of report:{thief.report.reference} came by no head: inserted at its end."]


IN_BETWEEN = """INSERT INTO reports_reportevent (report_id, seq, previous_hash, hash, kind, at, details)
    SELECT report_id, 3, hash, '{hash}', 'declined', at, '{{}}' FROM THE EVENTS AND seq = 2"""


def in_between(report: Report) -> str:
    """An event that fits behind the second: its hash needs no secret."""
    with acting_as(SYSTEM):
        before = ReportEvent.objects.select_related("report").get(report=report, seq=2)
    new = ReportEvent(
        report=before.report, seq=3, previous_hash=before.hash, kind=EventKind.DECLINED, at=before.at, details={}
    )
    return new.digest()


def test_an_event_inserted_in_the_middle_is_named_though_it_fits_there(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does(
        *(f"UPDATE reports_reportevent SET seq = seq + 1 MINE AND seq = {seq}" for seq in (5, 4, 3)),
        IN_BETWEEN.format(hash=in_between(thief.report)),
    )

    moved = "the chain was reordered, or an event before it removed or inserted."
    assert found() == [
        f"Event 4 of {chain} does not follow the event before it: one of the two was changed, inserted or moved.",
        f"Event 4 of {chain} was event 3: {moved}",
        f"Event 5 of {chain} was event 4: {moved}",
        f"Event 6 of {chain} was event 5: {moved}",
        f"Event 6 of {chain} came by no head: inserted at its end.",
        f"Event 5 of {chain}, which entry 1 of the ledger names, is another one: the chain was rewritten.",
    ]


def test_an_event_that_took_the_number_of_another_is_named(thief: Thief) -> None:
    chain, follow = f"report:{thief.report.reference}", "events_of_a_report_follow_each_other"
    thief.does(
        f"ALTER TABLE reports_reportevent DROP CONSTRAINT {follow}",
        IN_BETWEEN.format(hash=in_between(thief.report)),
    )

    assert found() == [
        f"Event 3 of {chain} is there twice: one of them was inserted.",
        f"Event 4 of {chain} does not follow the event before it: one of the two was changed, inserted or moved.",
    ]


def test_nobody_without_the_key_can_move_the_head_along(thief: Thief) -> None:
    digest, chain = invented(thief.report), f"report:{thief.report.reference}"
    thief.does(INVENTED.format(hash=digest), f"UPDATE reports_reportchain SET length = 6, hash = '{digest}' MINE")

    no_seal = f"The head of {chain} has no seal of ours: the chain was rewritten, or its key is another."
    assert found() == [no_seal]

    with acting_as(SYSTEM):
        history.append(thief.report, EventKind.NOTE_ADDED, by=None, now=NOW)
    assert found() == [no_seal], "what the portal appends later does not cover it up"


def test_a_chain_that_was_rewritten_from_the_beginning_is_named(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    with acting_as(SYSTEM):
        events = list(ReportEvent.objects.filter(report=thief.report).select_related("report").order_by("seq"))
    last = events[0].previous_hash
    for event in events:
        event.details, event.previous_hash = {"invented": event.seq}, last
        last = event.hash = event.digest()
        thief.does(
            f"""UPDATE reports_reportevent SET details = '{{"invented": {event.seq}}}', hash = '{event.hash}',
                previous_hash = '{event.previous_hash}' MINE AND seq = {event.seq}"""
        )

    first = found()
    thief.does(f"UPDATE reports_reportchain SET hash = '{last}' MINE")
    second = found()

    known = f"Event 5 of {chain}, which entry 1 of the ledger names, is another one: the chain was rewritten."
    assert first == [f"{chain} ends otherwise than its head says: it was rewritten.", known]
    assert second == [
        f"The head of {chain} has no seal of ours: the chain was rewritten, or its key is another.",
        known,
    ]


def test_a_chain_that_was_cut_off_is_named(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does("DELETE FROM THE EVENTS AND seq > 3")

    assert found() == [
        f"Events 4 to 5 of {chain} are missing at its end: cut off.",
        f"Event 5 of {chain}, which entry 1 of the ledger names, is not there: the chain was cut off.",
    ]


def test_a_chain_that_was_cut_off_together_with_an_old_good_head_is_named(thief: Thief) -> None:
    chain, earlier = f"report:{thief.report.reference}", thief.copies("reports_reportchain")
    grow(thief.report, 2)
    thief.does("DELETE FROM THE EVENTS AND seq > 5")
    thief.puts_back("reports_reportchain", earlier)

    assert found() == [
        f"Event 7 of {chain}, which entry 2 of the ledger names, is not there: the chain was cut off.",
        unlike(chain, ledger=7, head=5),
    ]


def test_a_history_that_was_removed_whole_is_named(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does("DELETE FROM THE EVENTS")
    without_events = found()
    thief.does("DELETE FROM reports_reportchain MINE")

    gone = f"Event 5 of {chain}, which entry 1 of the ledger names, is not there: the chain was cut off."
    assert without_events == [f"Events 1 to 5 of {chain} are missing at its end: cut off.", gone]
    assert found() == [
        gone,
        unlike(chain, ledger=5, head=0),
    ]


def test_a_removed_head_is_named(thief: Thief) -> None:
    chain = f"report:{thief.report.reference}"
    thief.does("DELETE FROM reports_reportchain MINE")

    assert found()[0] == f"{chain} has no head: it was removed."


def test_a_changed_ledger_is_named(thief: Thief) -> None:
    thief.does("""UPDATE portal_ledgerentry SET details = '{"heads": []}' WHERE seq = 1""")

    assert found()[0] == "Event 1 of ledger was changed: it is not what was sealed."


def test_a_ledger_that_was_cut_off_is_named_even_with_an_old_good_head(thief: Thief) -> None:
    earlier, chain = thief.copies("portal_ledgerhead"), f"report:{thief.report.reference}"
    grow(thief.report, 1)
    thief.does("DELETE FROM portal_ledgerentry WHERE seq = 2")
    without_entry = found()
    thief.puts_back("portal_ledgerhead", earlier)

    forgotten = unlike(chain, ledger=5, head=6)
    assert without_entry == ["Event 2 of ledger is missing at its end: cut off.", forgotten]
    assert found() == [forgotten]


def test_a_whole_record_put_back_to_an_earlier_day_shows_against_an_anchor(thief: Thief, tmp_path: Path) -> None:
    kept, earlier = tmp_path / "anchors", {table: thief.copies(table) for table in TABLES if thief.copies(table)}
    grow(thief.report, 1)
    with acting_as(SYSTEM):
        end = ledger.last()
    assert end is not None
    anchor.keep(Anchor.of(end, day=date(2026, 3, 4)), kept)
    before = found(*anchor.read(kept))
    for table in ("reports_reportevent", "reports_reportchain", "portal_ledgerentry", "portal_ledgerhead"):
        thief.puts_back(table, earlier[table])

    assert (before, found()) == ([], [])
    said = StringIO()
    with pytest.raises(CommandError, match=r"looked at: 1 finding\."):
        call_command("verify_audit", anchor=kept, stdout=said)
    assert "The ledger has no entry 2, which was anchored on 2026-03-04: it was cut off." in said.getvalue()
    kept.write_text(f"2026-03-04 1 {'0' * 64}\n")
    assert found(*anchor.read(kept)) == [
        "Entry 1 of the ledger is not the one anchored on 2026-03-04: it was rewritten."
    ]


def test_another_key_is_told_and_an_earlier_one_is_still_believed(report: Report, settings: Settings) -> None:
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    with_another = found()
    settings.SECRET_KEY_FALLBACKS = [earlier]

    assert f"The head of report:{report.reference} has no seal of ours: the chain was rewritten, or its key is " in (
        "".join(with_another)
    )
    assert found() == []


@pytest.mark.usefixtures("report")
def test_the_command_says_that_everything_fits() -> None:
    said = StringIO()

    call_command("verify_audit", stdout=said)

    assert "7 events in 3 chains were looked at: everything fits." in said.getvalue()


@pytest.mark.usefixtures("report")
def test_a_file_that_holds_no_anchors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("these are words\n")

    with pytest.raises(CommandError, match=r"Line 1 of .* is no anchor"):
        call_command("verify_audit", anchor=tmp_path / "words")
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_audit", anchor=tmp_path / "nothing")


@pytest.mark.parametrize("table", ["reports_reportevent", "teams_accountevent", "portal_ledgerentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.usefixtures("report")
def test_even_the_owner_of_the_tables_is_refused(
    owner_connection: psycopg.Connection, table: str, statement: str
) -> None:
    user = factories.member()
    with acting_as(SYSTEM):
        record.append(user, AccountEventKind.SIGNED_IN, by=user, now=NOW)
    owner_connection.execute("SET portal.viewer = 'system'")

    with pytest.raises(psycopg.errors.RaiseException):
        owner_connection.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reports_grant",
        "TRUNCATE reports_grant CASCADE",
        "DELETE FROM reports_reportchain",
        "TRUNCATE reports_reportchain",
        "UPDATE reports_reportchain SET length = length - 1",
    ],
)
@pytest.mark.usefixtures("report")
def test_grants_stay_and_the_ends_of_chains_only_move_on(owner_connection: psycopg.Connection, statement: str) -> None:
    owner_connection.execute("SET portal.viewer = 'system'")

    with pytest.raises(psycopg.errors.RaiseException):
        owner_connection.execute(statement)
