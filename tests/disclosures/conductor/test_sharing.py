"""Whoever leaves the patch team is let out of the drafts on GitHub, and whoever comes is let in."""

import pytest

from disclosures.conductor import beginning, sharing
from portal.sandbox_models import SandboxAccount
from portal.viewer import SYSTEM, acting_as
from reports.enums import Role
from reports.models import Grant
from teams.models import User
from tests import factories
from tests.disclosures.conductor.stage import Stage

pytestmark = pytest.mark.django_db


def joins(built: Stage, login: str, number: int) -> User:
    SandboxAccount.objects.create(github_id=number, login=login)
    user = factories.maintainer(github_login=login, project=built.projects[0])
    with acting_as(SYSTEM):
        Grant.objects.create(report=built.report, user=user, role=Role.DEVELOPER, reason="Fixes it.")
    return user


def leaves(built: Stage, user: User) -> None:
    with acting_as(SYSTEM):
        Grant.objects.filter(report=built.report, user=user).update(revoked_at=built.now, revoked_by=built.person)


def swept(built: Stage) -> list[list[str]]:
    """Who sees the draft in each repository after the portal has looked."""
    built.later(minutes=1)
    with acting_as(SYSTEM):
        sharing.sweep(now=built.now)
    built.conduct()
    return [built.on_github(name).collaborating_users for name in ("wadm", "wash")]


@pytest.fixture
def dora(ready: Stage) -> User:
    dora = joins(ready, "dora", 901)
    ready.start()
    ready.conduct()
    return dora


@pytest.mark.clause("P8", "P27")
def test_the_circle_of_a_draft_is_the_patch_team_of_the_moment(ready: Stage, dora: User) -> None:
    joins(ready, "emil", 902)
    both = swept(ready)
    leaves(ready, dora)

    assert (both, swept(ready)) == ([["dora", "emil"]] * 2, [["emil"]] * 2)


@pytest.mark.clause("P8")
def test_whoever_leaves_is_let_out_though_the_day_is_held_and_its_starter_gone(ready: Stage, dora: User) -> None:
    with acting_as(factories.looking(ready.person)):
        beginning.stop(ready.fresh(), by=ready.person, now=ready.now)
    ready.person.is_active = False
    ready.person.save()
    leaves(ready, dora)

    assert swept(ready) == [[], []]


@pytest.mark.usefixtures("dora")
def test_a_circle_that_stays_is_written_once(ready: Stage) -> None:
    before = [ready.on_github(name).updated_at for name in ("wadm", "wash")]

    swept(ready)

    assert [ready.on_github(name).updated_at for name in ("wadm", "wash")] == before
