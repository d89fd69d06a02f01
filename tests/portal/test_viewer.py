import pytest
from django.db import DatabaseError, connection, transaction

from portal.viewer import ANONYMOUS, SYSTEM, NoViewer, Viewer, acting_as, current_viewer
from reports.models import Report
from reports.models.people import Reporter
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pooler")]


def rows(setting: str | None = None) -> int:
    """How many reports PostgreSQL shows by itself, to whom it has been told or to `setting`."""
    with connection.cursor() as cursor:
        if setting is not None:
            cursor.execute("SELECT set_config('portal.viewer', %s, true)", [setting])
        cursor.execute("SELECT count(*) FROM reports_report")
        return int(cursor.fetchone()[0])


@pytest.fixture
def reporter() -> Reporter:
    return factories.receipt().reporter


def test_the_database_is_reached_through_a_pooler() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('port')")
        answers_at = cursor.fetchone()[0]

    assert str(connection.get_connection_params()["port"]) != answers_at


def test_nobody_looks_unless_somebody_says_who() -> None:
    with pytest.raises(NoViewer):
        current_viewer()
    with pytest.raises(NoViewer):
        Report.objects.count()


@pytest.mark.usefixtures("reporter")
def test_postgresql_shows_nothing_before_and_after_somebody_looked() -> None:
    before = rows()
    with acting_as(SYSTEM):
        inside = rows()
    after = rows()

    assert (before, inside, after) == (0, 1, 0)


@pytest.mark.usefixtures("reporter")
@pytest.mark.parametrize(
    "setting",
    [
        "",
        "system ",
        "SYSTEM",
        "user:",
        "user:-1",
        "user:1 OR true",
        "user:1;system",
        "grant:x",
        "member",
        "user:" + "9" * 40,
    ],
)
def test_what_is_no_viewer_sees_nothing(setting: str) -> None:
    assert rows(setting) == 0


def test_looking_as_another_ends_where_it_began(reporter: Reporter) -> None:
    seen: list[tuple[Viewer, int]] = []

    with acting_as(reporter.viewer):
        seen.append((current_viewer(), rows()))
        with acting_as(ANONYMOUS):
            seen.append((current_viewer(), rows()))
        seen.append((current_viewer(), rows()))

    assert seen == [(reporter.viewer, 1), (ANONYMOUS, 0), (reporter.viewer, 1)]


def test_a_statement_that_fails_leaves_nobody_looking(reporter: Reporter) -> None:
    with (
        pytest.raises(DatabaseError, match="division by zero"),
        transaction.atomic(),
        acting_as(reporter.viewer),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 / 0")

    assert rows() == 0
    with pytest.raises(NoViewer):
        current_viewer()
