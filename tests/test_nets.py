"""Each net by itself holds what it should. `tests/drills` switches them off one by one, and these tests must notice."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.models import Manager, Model
from django.utils import timezone

from portal.audit import ledger
from portal.viewer import ANONYMOUS, SYSTEM, ReportKey, Viewer, acting_as
from reports.access import ROLE_PERMISSIONS, Permission
from reports.enums import Audience, Role
from reports.models import Grant, Invitation, Message, NeedToKnowManager, Reporter, StagedFile
from teams.membership import viewer_for
from teams.models import PersonalKey, User
from tests import cast, factories, rarer_tables
from tests.architecture.test_need_to_know import BELONGS_TO_A_PERSON
from tests.cast import Stage, Who
from tests.nets import numbers, without_row_security

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P8")]

MANAGED = {
    model._meta.db_table: model  # noqa: SLF001 - Django's own way to walk models
    for model in apps.get_models(include_auto_created=True)
    if isinstance(model._default_manager, NeedToKnowManager)  # noqa: SLF001 - as above
}


@pytest.fixture
def stage() -> Stage:
    """The cast's, with rows in the rarer tables too."""
    stage = cast.build()
    with acting_as(SYSTEM):
        rarer_tables.fill(stage, now=timezone.now())
    return stage


@pytest.fixture
def strangers(stage: Stage) -> list[User]:
    return [stage.people[who] for who in (Who.EXPIRED, Who.PLAIN, Who.ADMINISTRATOR)]


def by_managers() -> dict[str, int]:
    return {table: _count(model) for table, model in MANAGED.items()}


def by_row_security() -> dict[str, int]:
    return {table: numbers(f"SELECT count(*) FROM {table}")[0] for table in MANAGED}  # noqa: S608 - our own tables


def _count(model: type[Model]) -> int:
    return _manager(model).count()


def _manager(model: type[Model]) -> Manager[Model]:
    return model._default_manager  # noqa: SLF001 - Django's way to any model


@pytest.mark.usefixtures("stage")
def test_there_is_something_to_hold_back_in_each_table() -> None:
    with acting_as(SYSTEM):
        empty = [table for table, count in by_managers().items() if not count]

    assert empty == []


def test_managers_alone_show_strangers_nothing(strangers: list[User]) -> None:
    for user in strangers:
        with without_row_security(viewer_for(user)):
            assert by_managers() == dict.fromkeys(MANAGED, 0)


def test_row_level_security_alone_shows_strangers_nothing(strangers: list[User]) -> None:
    for user in strangers:
        with acting_as(viewer_for(user)):
            assert by_row_security() == dict.fromkeys(MANAGED, 0)


def test_managers_alone_and_row_level_security_alone_show_everybody_the_same_rows(stage: Stage) -> None:
    managers, database = {}, {}
    for who in Who:
        viewer = viewer_on(stage, who)
        with without_row_security(viewer):
            managers[who] = {
                table: set(_manager(model).values_list("pk", flat=True)) for table, model in MANAGED.items()
            }
        with acting_as(viewer):
            database[who] = {table: set(numbers(_numbers_in(model))) for table, model in MANAGED.items()}

    assert managers == database
    assert {who for who in Who if not any(managers[who].values())} == SEES_NOTHING


def _numbers_in(model: type[Model]) -> str:
    meta = model._meta  # noqa: SLF001 - Django's own way to walk models
    return f"SELECT {meta.pk.column} FROM {meta.db_table}"  # noqa: S608 - our own tables


SEES_NOTHING = {
    Who.ANONYMOUS,
    Who.PLAIN,
    Who.ADMINISTRATOR,
    Who.EXPIRED,
    Who.REVOKED,
    Who.FORMER,
    Who.UNARMED,
    Who.SWITCHED_OFF,
}


def viewer_on(stage: Stage, who: Who) -> Viewer:
    match who:
        case Who.ANONYMOUS:
            return ANONYMOUS
        case Who.REPORTER:
            return _key_of(stage.receipt.reporter)
        case Who.OTHER_REPORTER:
            return _key_of(stage.other.reporter)
        case Who.CO_REPORTER:
            with acting_as(SYSTEM):
                return _key_of(stage.report.reporters.exclude(invited_by=None).get())
        case _:
            return viewer_for(stage.people[who])


def _key_of(reporter: Reporter) -> ReportKey:
    return ReportKey(grant_id=reporter.grant_id, report_id=reporter.report_id)


def test_row_level_security_alone_shows_nobody_what_is_anothers(stage: Stage) -> None:
    member, now = stage.people[Who.MEMBER], timezone.now()
    with acting_as(SYSTEM):
        StagedFile.objects.create(
            token_hash="t", submission="s", name="a.txt", sha256="0", secret="", storage_key="k", size=1
        )
        PersonalKey.objects.create(user=member, certificate="of Mira", fingerprint="0")
        ledger.note(now=now)
    others = [ANONYMOUS, viewer_on(stage, Who.REPORTER), viewer_for(factories.maintainer())]
    tables = [model._meta.db_table for model in BELONGS_TO_A_PERSON]  # noqa: SLF001 - Django's own way to walk models

    seen = {table: [_counted(table, viewer) for viewer in (SYSTEM, *others)] for table in tables}

    assert [table for table, counts in seen.items() if not counts[0]] == []
    assert {table: counts[1:] for table, counts in seen.items()} == {table: [0, 0, 0] for table in tables}


def _counted(table: str, viewer: Viewer) -> int:
    with acting_as(viewer):
        return numbers(f"SELECT count(*) FROM {table}")[0]  # noqa: S608 - our own tables


def test_whoever_is_asked_to_help_sees_that_they_are_and_nothing_else(stage: Stage) -> None:
    viewer = viewer_for(stage.people[Who.MAINTAINER])
    with without_row_security(viewer):
        managers = by_managers()
    with acting_as(viewer):
        database = by_row_security()

    assert managers == database == {**dict.fromkeys(MANAGED, 0), Invitation._meta.db_table: 1}  # noqa: SLF001 - as above


def test_row_level_security_alone_lets_strangers_write_nothing(stage: Stage, strangers: list[User]) -> None:
    """Neither a row of their own on a report, which would be theirs to read, nor a change to what is there (DB-03)."""
    for user in strangers:
        with acting_as(viewer_for(user)):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Grant.objects.create(report=stage.report, user=user, role=Role.COORDINATOR)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Message.objects.create(report=stage.report, user=user, audience=Audience.TEAM, body="Mine.")
            changed = [_changed_by_hand(table) for table in ("reports_report", "reports_message", "reports_grant")]

        assert changed == [0, 0, 0]


def _changed_by_hand(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id")  # noqa: S608 - our own tables
        return int(cursor.rowcount)


def test_permissions_are_those_of_membership_and_roles(stage: Stage) -> None:
    found: dict[Who, set[Permission]] = {}

    for who, user in stage.people.items():
        with acting_as(viewer_for(user)):
            found[who] = {permission for permission in Permission if user.has_perm(permission, stage.report)}

    assert {who: permissions for who, permissions in found.items() if permissions} == {
        Who.MEMBER: set(Permission),
        Who.PATCH_TEAM: ROLE_PERMISSIONS[Role.DEVELOPER],
    }
