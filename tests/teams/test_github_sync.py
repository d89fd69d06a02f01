"""What the portal knows of people and projects follows GitHub, and nothing else does (traps 18 to 20)."""

from types import MappingProxyType

import pytest
from django.db import connection

from teams import evidence
from teams.enums import Inactive, Outcome, Sign
from teams.models import Departure, Evidence, Project, SecurityTeamMembership, User
from tests.github.looking import DAY, HOUR, NOON, everything, joins, leaving_now, maintainers, synced
from tests.github.memory import InMemory

pytestmark = pytest.mark.django_db


@pytest.mark.clause("P5")
def test_projects_and_their_maintainers_come_from_github(github: InMemory) -> None:
    run = synced(github)

    assert run.outcome == Outcome.DONE
    assert set(Project.objects.values_list("name", "github_id")) == {("wash", 1), ("wadm", 2), ("wascap", 3)}
    assert maintainers() == {
        (11, "wash"), (12, "wash"), (12, "wadm"), (14, "wadm"), (15, "wascap"), (16, "wascap"),
    }  # fmt: skip
    assert not User.objects.filter(github_id=13).exists()


def test_looking_again_changes_nothing_when_nothing_has_changed(github: InMemory) -> None:
    synced(github)
    before = everything()

    run = synced(github, NOON + HOUR)

    assert (run.outcome, run.findings, run.ends) == (Outcome.DONE, [], [])
    assert everything() == before


def test_a_second_look_writes_nothing_but_that_it_was_there(github: InMemory) -> None:
    synced(github)
    written: list[str] = []

    def listen(execute: object, sql: str, params: object, many: object, context: object) -> object:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(sql.split()[2].strip('"') if sql.startswith("INSERT") else sql.split()[1].strip('"'))
        return execute(sql, params, many, context)  # type: ignore[operator] # Django types its wrappers loosely

    with connection.execute_wrapper(listen):
        synced(github, NOON + HOUR)

    assert set(written) <= {"teams_syncrun", "teams_user"}
    assert len(written) <= 4


@pytest.mark.clause("P25")
def test_an_archived_project_ends_the_membership_of_who_maintains_no_other(github: InMemory) -> None:
    synced(github)
    joins(11)
    joins(12)
    github.archive(1)

    run = synced(github, NOON + HOUR)

    wash = Project.objects.get(github_id=1)
    assert (wash.archived_at, wash.inactive) == (NOON + HOUR, Inactive.ARCHIVED)
    assert leaving_now() == {11}
    assert "wash is not active: archived on GitHub." in Departure.objects.get().reason
    assert run.ends == ["membership:11", "project:1"]


@pytest.mark.clause("P25")
def test_losing_the_role_ends_what_one_maintained_and_the_membership(github: InMemory) -> None:
    synced(github)
    joins(14)
    github.roles[2][14] = "write"

    synced(github, NOON + HOUR)

    assert (14, "wadm") not in maintainers()
    assert leaving_now() == {14}
    lost = Evidence.objects.get(sign=Sign.ROLE, holds=False)
    assert (lost.user.github_id, lost.project, lost.seen_at) == (14, Project.objects.get(github_id=2), NOON + HOUR)


@pytest.mark.clause("P25")
def test_a_closed_account_maintains_nothing(github: InMemory) -> None:
    synced(github)
    joins(15)
    github.close_account(15)

    synced(github, NOON + HOUR)

    assert leaving_now() == {15}


@pytest.mark.clause("P20")
def test_whoever_was_not_active_for_the_whole_span_leaves_and_the_others_stay(github: InMemory) -> None:
    github.counts[1] = {11: 40, 12: 7}
    synced(github)
    joins(11)
    joins(12)
    joins(14)
    github.counts[1][12] = 8
    github.release(2, by=14, at=NOON + 200 * DAY)
    synced(github, NOON + 201 * DAY)

    synced(github, NOON + 366 * DAY)

    assert leaving_now() == {11}
    assert (11, "wash") in maintainers()  # inactive, and still a maintainer


def test_a_count_that_falls_and_rises_again_shows_a_contribution_only_when_it_rises(github: InMemory) -> None:
    github.counts[1] = {11: 40}
    synced(github)
    github.counts[1] = {11: 30}
    synced(github, NOON + HOUR)
    github.counts[1] = {11: 31}

    synced(github, NOON + 2 * HOUR)

    seen = Evidence.objects.filter(user__github_id=11).exclude(sign__in=[Sign.ROLE, Sign.IN_ORGANISATION])
    assert [(each.sign, each.number) for each in seen.order_by("pk")] == [
        (Sign.COUNTED, 40), (Sign.COUNTED, 30), (Sign.CONTRIBUTED, 31),
    ]  # fmt: skip


def test_who_is_eligible_again_before_it_came_to_the_end_stays(github: InMemory) -> None:
    synced(github)
    joins(11)
    github.archive(1)
    synced(github, NOON + HOUR)
    github.archive(1, archived=False)

    synced(github, NOON + 2 * HOUR)

    assert leaving_now() == set()
    assert Project.objects.get(github_id=1).is_active


def test_a_team_that_the_policy_names_makes_maintainers_of_its_repositories(github: InMemory) -> None:
    github.teams["keepers"] = {21, 22}
    teams = MappingProxyType({"keepers": frozenset({"wash"})})
    synced(github, maintainer_teams=teams)
    joined = maintainers() & {(21, "wash"), (22, "wash"), (21, "wadm")}
    github.teams["keepers"] = {22}

    synced(github, NOON + HOUR, maintainer_teams=teams)

    assert joined == {(21, "wash"), (22, "wash")}
    assert maintainers() & {(21, "wash"), (22, "wash")} == {(22, "wash")}


def test_administrators_and_security_managers_can_publish(github: InMemory) -> None:
    github.managers = {31}
    synced(github)

    wash = Project.objects.get(github_id=1)

    people = {person.pk: person.github_id for person in User.objects.all()}
    assert {people[number] for number in evidence.publishers_of([wash])[wash.pk]} == {11, 31}
    assert set(evidence.releasers_of(wash).values_list("github_id", flat=True)) == {11, 12}


# --- Names change, numbers do not (trap 20) -----------------------------------------------------------------


def test_a_renamed_login_follows_and_a_login_registered_again_inherits_nothing(github: InMemory) -> None:
    synced(github)
    joins(11)
    github.logins = {11: "renamed", 41: "person11"}
    github.roles[2][41] = "maintain"

    synced(github, NOON + HOUR)

    assert set(User.objects.filter(github_id__in=[11, 41]).values_list("github_id", "github_login")) == {
        (11, "renamed"), (41, "person11"),
    }  # fmt: skip
    assert leaving_now() == set()
    assert not SecurityTeamMembership.objects.filter(user__github_id=41).exists()


def test_a_login_that_somebody_else_has_now_is_taken_from_who_had_it(github: InMemory) -> None:
    synced(github)
    github.roles[1] = {41: "admin", 12: "maintain"}
    github.logins = {41: "person11"}

    synced(github, NOON + HOUR)

    assert User.objects.get(github_id=11).github_login == "renamed-11"


def test_repositories_that_swap_their_names_stay_the_projects_that_they_were(github: InMemory) -> None:
    synced(github)
    before = {project.github_id: project.pk for project in Project.objects.all()}
    github.rename(1, "wadm")
    github.rename(2, "wash")

    synced(github, NOON + HOUR)

    assert {project.github_id: project.pk for project in Project.objects.all()} == before
    assert Project.objects.get(github_id=1).repository == "example/wadm"
    assert Project.objects.get(github_id=2).name == "wash"


@pytest.mark.clause("P25")
def test_a_transferred_repository_is_no_project_and_its_name_can_be_used_again(github: InMemory) -> None:
    synced(github)
    joins(15)
    del github.repos[3]
    github.add(9, "wascap", p17="admin")

    synced(github, NOON + HOUR)

    gone, new = Project.objects.get(github_id=3), Project.objects.get(github_id=9)
    assert (gone.inactive, new.name, new.repository) == (Inactive.GONE, "wascap", "example/wascap")
    assert gone.name != "wascap"
    assert leaving_now() == {15}


def test_a_project_that_was_typed_by_hand_is_found_by_its_name_once(github: InMemory) -> None:
    typed = Project.objects.create(name="The shell", repository="Example/Wash")

    synced(github)

    typed.refresh_from_db()
    assert (typed.github_id, typed.name) == (1, "The shell")


def test_what_was_declared_deprecated_here_stays_so(github: InMemory) -> None:
    synced(github)
    Project.objects.filter(github_id=1).update(archived_at=NOON)

    synced(github, NOON + HOUR)

    assert not Project.objects.get(github_id=1).is_active
