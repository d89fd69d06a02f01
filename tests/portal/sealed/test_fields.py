"""Sealed fields as reports, messages and reporters carry them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import F, Model
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from portal.sealed import master
from portal.sealed.box import SealBroken
from portal.sealed.fields import SealedFieldError
from portal.sealed.master import MasterKeyMissing, MasterKeys
from portal.viewer import SYSTEM, acting_as
from reports import conversation
from reports.intake import Receipt
from reports.models import Message, Report, Reporter
from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db

type Column = tuple[str, str]


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt(summary="A hole", description="Wide open.")


def stored(table: str, column: str, number: int) -> bytes:
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [number])  # noqa: S608 - our own names
        return bytes(cursor.fetchone()[0])


def overwrite(table: str, column: str, number: int, content: bytes) -> None:
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [content, number])  # noqa: S608 - our own names


def test_what_is_read_is_what_was_written_and_the_database_holds_neither(receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        report = Report.objects.get()
        reporter = Reporter.objects.select_related("report").get()

    assert (report.summary, report.description, report.impact) == ("A hole", "Wide open.", "")
    assert (reporter.name, reporter.email) == ("Robin Reporter", "reporter@example.net")
    assert b"hole" not in stored("reports_report", "summary", receipt.report.pk)


def test_opening_asks_the_database_nothing(receipt: Receipt, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for words in ("One.", "Two.", "Three."):
        conversation.hear(receipt.reporter, words, now=timezone.now())

    with acting_as(SYSTEM):
        report = Report.objects.get()
        with django_assert_num_queries(1):
            said = [message.body for message in report.messages.all()]
        with django_assert_num_queries(1):
            listed = [(each.summary, each.dependency_name) for each in Report.objects.for_lists()]

    assert said == ["One.", "Two.", "Three."]
    assert listed == [("A hole", "")]


def test_what_nobody_looked_at_is_written_back_as_it_was(receipt: Receipt) -> None:
    before = stored("reports_report", "description", receipt.report.pk)

    with acting_as(SYSTEM):
        report = Report.objects.get()
        report.summary = "A larger hole"
        report.save()

    assert stored("reports_report", "description", receipt.report.pk) == before
    with acting_as(SYSTEM):
        assert Report.objects.get().summary == "A larger hole"


def test_the_same_words_written_again_look_different(receipt: Receipt) -> None:
    before = stored("reports_report", "summary", receipt.report.pk)

    with acting_as(SYSTEM):
        receipt.report.save(update_fields=["summary"])

    assert stored("reports_report", "summary", receipt.report.pk) != before


def other_row(receipt: Receipt) -> tuple[Column, int, Column, int]:
    """The second of two messages of one report, over the first."""
    first, second = (conversation.hear(receipt.reporter, text, now=timezone.now()) for text in ("One.", "Two."))
    return ("reports_message", "body"), second.pk, ("reports_message", "body"), first.pk


def other_column(receipt: Receipt) -> tuple[Column, int, Column, int]:
    number = receipt.report.pk
    return ("reports_report", "impact"), number, ("reports_report", "summary"), number


def other_report(receipt: Receipt) -> tuple[Column, int, Column, int]:
    other = factories.receipt(summary="Another").report
    return ("reports_report", "summary"), other.pk, ("reports_report", "summary"), receipt.report.pk


def other_person(receipt: Receipt) -> tuple[Column, int, Column, int]:
    other = factories.receipt(summary="Another").reporter
    return ("reports_reporter", "email"), other.pk, ("reports_reporter", "email"), receipt.reporter.pk


@pytest.mark.parametrize("taken_from", [other_row, other_column, other_report, other_person])
def test_what_is_moved_to_another_place_does_not_open(
    receipt: Receipt, taken_from: Callable[[Receipt], tuple[Column, int, Column, int]]
) -> None:
    (from_table, from_column), source, (table, column), target = taken_from(receipt)
    overwrite(table, column, target, stored(from_table, from_column, source))

    model = {"reports_report": Report, "reports_message": Message, "reports_reporter": Reporter}[table]
    with acting_as(SYSTEM):
        row = model._default_manager.get(pk=target)  # noqa: SLF001 - Django's way to any model
        with pytest.raises(SealBroken, match=f"The seal of {table}.{column}"):
            getattr(row, column)


def test_a_key_of_another_report_opens_nothing(receipt: Receipt) -> None:
    other = factories.receipt(summary="Another").report
    overwrite("reports_report", "data_key", receipt.report.pk, stored("reports_report", "data_key", other.pk))

    with acting_as(SYSTEM), pytest.raises(SealBroken, match=f"key of reports_report {receipt.report.reference}"):
        _ = Report.objects.get(pk=receipt.report.pk).summary


def test_blanking_is_noticed(receipt: Receipt) -> None:
    overwrite("reports_report", "impact", receipt.report.pk, b"")

    with acting_as(SYSTEM), pytest.raises(SealBroken):
        _ = Report.objects.get().impact


def test_without_its_master_key_nothing_opens_and_the_key_is_named(receipt: Receipt, settings: Settings) -> None:
    settings.MASTER_KEYS = MasterKeys.parse(master.new_line("other"))

    with acting_as(SYSTEM), pytest.raises(MasterKeyMissing, match="“demo”"):
        _ = Report.objects.get(pk=receipt.report.pk).summary


LOOKUPS: list[tuple[type[Model], dict[str, object]]] = [
    (Report, {"summary": "A hole"}),
    (Report, {"summary__icontains": "hole"}),
    (Report, {"summary": F("impact")}),
    (Reporter, {"email": ""}),
    (Message, {"report__summary__startswith": "A"}),
]


@pytest.mark.usefixtures("receipt")
@pytest.mark.parametrize(("model", "lookups"), LOOKUPS)
def test_the_database_is_never_asked_to_compare_it(model: type[Model], lookups: dict[str, object]) -> None:
    with acting_as(SYSTEM), pytest.raises(SealedFieldError, match="sealed"):
        model._default_manager.filter(**lookups)  # noqa: SLF001 - Django's way to any model
    assert issubclass(SealedFieldError, FieldError)


def test_it_is_only_set_row_by_row(receipt: Receipt) -> None:
    changes = {"summary": "Nothing"}
    with acting_as(SYSTEM):
        with pytest.raises(SealedFieldError, match="sealed"), transaction.atomic():
            Report.objects.update(**changes)
        with pytest.raises(SealedFieldError, match="sealed"), transaction.atomic():
            Report.objects.bulk_update([receipt.report], ["summary"])
        assert Report.objects.get().summary == "A hole"


def test_a_broken_seal_is_a_page_that_says_so_and_shows_nothing(
    receipt: Receipt, caplog: pytest.LogCaptureFixture
) -> None:
    desk = browser_of(factories.member())
    desk.raise_request_exception = False
    overwrite("reports_report", "summary", receipt.report.pk, b"\x01" + b"forged" * 20)

    shown = [_shown(desk, where) for where in ("/reports/", receipt.report.get_absolute_url(), "/dashboard/")]

    for status, page in shown:
        assert status == 500
        assert "This cannot be opened" in page
        assert "Wide open." not in page
    assert f"The seal of reports_report.summary {receipt.report.reference} is broken" in caplog.text
    assert "Wide open." not in caplog.text


def _shown(browser: Client, where: str) -> tuple[int, str]:
    answer = browser.get(where)
    return answer.status_code, answer.content.decode()
