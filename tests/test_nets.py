"""Each net by itself holds what it should. `tests/drills` switches them off one by one, and these tests must notice."""

import pytest
from django.apps import apps
from django.db.models import Model

from portal.viewer import SYSTEM, acting_as
from reports.access import ROLE_PERMISSIONS, Permission
from reports.enums import Role
from reports.models import NeedToKnowManager
from teams.membership import viewer_for
from teams.models import User
from tests import cast
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
    return cast.build()


@pytest.fixture
def strangers(stage: Stage) -> list[User]:
    return [stage.people[who] for who in (Who.MAINTAINER, Who.PLAIN, Who.ADMINISTRATOR)]


def by_managers() -> dict[str, int]:
    return {table: _count(model) for table, model in MANAGED.items()}


def by_row_security() -> dict[str, int]:
    return {table: numbers(f"SELECT count(*) FROM {table}")[0] for table in MANAGED}  # noqa: S608 - our own tables


def _count(model: type[Model]) -> int:
    return model._default_manager.count()  # noqa: SLF001 - Django's way to any model


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


def test_permissions_are_those_of_membership_and_roles(stage: Stage) -> None:
    found: dict[Who, set[Permission]] = {}

    for who, user in stage.people.items():
        with acting_as(viewer_for(user)):
            found[who] = {permission for permission in Permission if user.has_perm(permission, stage.report)}

    assert {who: permissions for who, permissions in found.items() if permissions} == {
        Who.MEMBER: set(Permission),
        Who.PATCH_TEAM: ROLE_PERMISSIONS[Role.DEVELOPER],
    }
