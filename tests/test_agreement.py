"""The need to know is said several times: in Python, in SQL, in permissions, on a page. They always say the same.

Hypothesis invents teams, grants and walls; `Invented.may_see` is the rule as one sentence of plain Python.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.viewer import SYSTEM, acting_as
from reports.access import Permission
from reports.enums import REPORTER_ROLES, Role
from reports.models import Grant, Recusal, Report, Reporter, Restriction
from reports.sight import who_can_see
from teams.membership import viewer_for
from teams.models import SecurityTeamMembership, User
from tests import factories
from tests.nets import numbers, without_row_security
from tests.people import with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pooler"), pytest.mark.clause("P8")]

HOUR = timedelta(hours=1)


class Term(Enum):
    """When a membership began and ends, seen from now."""

    PAST = (-3 * HOUR, -2 * HOUR)
    CURRENT = (-HOUR, None)
    ENDING = (-HOUR, HOUR)
    COMING = (HOUR, 2 * HOUR)


class Hold(Enum):
    """What became of a grant: when it expires and when it was revoked, seen from now."""

    IN_FORCE = (None, None)
    EXPIRING = (HOUR, None)
    EXPIRED = (-HOUR, None)
    REVOKED = (None, -HOUR)
    REVOKED_BEFORE_EXPIRY = (HOUR, -HOUR)


class Wall(Enum):
    """When a recusal or a restriction was lifted, seen from now."""

    STANDING = None
    LIFTED = -HOUR


MEMBERSHIPS = frozenset({Term.CURRENT, Term.ENDING})
GRANTS = frozenset({Hold.IN_FORCE, Hold.EXPIRING})
PEOPLE, REPORTS = 3, 2
MAINTAINER, PLAIN, ADMINISTRATOR = range(PEOPLE)

type Pair = tuple[int, int]
"""A person and a report, by their places."""


@dataclass(frozen=True)
class Invented:
    """Who belongs to the team, whom a report was shared with, and who is walled off from one."""

    terms: dict[int, frozenset[Term]]
    grants: dict[tuple[Pair, Role], Hold]
    walls: frozenset[tuple[Pair, Wall]]
    restrictions: frozenset[tuple[int, Wall]]
    switched_off: frozenset[int]
    without_second_factor: frozenset[int]

    def may_see(self, person: int, report: int) -> bool:
        return self.has_a_right(person, report) and not self._lacks_the_second_factor(person)

    def has_a_right(self, person: int, report: int) -> bool:
        """What the sharing page tells: whether they may see it as soon as they have a second factor."""
        opened = self._is_member(person) and (report, Wall.STANDING) not in self.restrictions
        granted = any(pair == (person, report) and hold in GRANTS for (pair, _), hold in self.grants.items())
        return person not in self.switched_off and not self._walled_off(person, report) and (opened or granted)

    def _is_member(self, person: int) -> bool:
        return bool(self.terms.get(person, frozenset()) & MEMBERSHIPS)

    def _lacks_the_second_factor(self, person: int) -> bool:
        """A role takes no effect without one."""
        has_role = self._is_member(person) or person in {MAINTAINER, ADMINISTRATOR}
        return has_role and person in self.without_second_factor

    def _walled_off(self, person: int, report: int) -> bool:
        return ((person, report), Wall.STANDING) in self.walls


someone = st.integers(0, PEOPLE - 1)
pairs = st.tuples(someone, st.integers(0, REPORTS - 1))
roles = st.sampled_from([role for role in Role if role not in REPORTER_ROLES])
inventions = st.builds(
    Invented,
    terms=st.dictionaries(someone, st.frozensets(st.sampled_from(Term), max_size=3)),
    grants=st.dictionaries(st.tuples(pairs, roles), st.sampled_from(Hold), max_size=6),
    walls=st.frozensets(st.tuples(pairs, st.sampled_from(Wall)), max_size=3),
    restrictions=st.frozensets(st.tuples(st.integers(0, REPORTS - 1), st.sampled_from(Wall)), max_size=3),
    switched_off=st.frozensets(someone, max_size=1),
    without_second_factor=st.frozensets(someone, max_size=1),
)


@dataclass(frozen=True)
class World:
    people: list[User]
    reports: list[Report]

    def become(self, invented: Invented) -> None:
        """Write down what was invented; the caller undoes it."""
        now = timezone.now()
        SecurityTeamMembership.objects.bulk_create(
            SecurityTeamMembership(
                user=self.people[person], since=now + term.value[0], until=term.value[1] and now + term.value[1]
            )
            for person, terms in invented.terms.items()
            for term in terms
        )
        with acting_as(SYSTEM):
            Grant.objects.bulk_create(
                Grant(
                    user=self.people[person],
                    report=self.reports[report],
                    role=role,
                    granted_at=now - 5 * HOUR,
                    sees_from=now - 5 * HOUR,
                    expires_at=hold.value[0] and now + hold.value[0],
                    revoked_at=hold.value[1] and now + hold.value[1],
                )
                for ((person, report), role), hold in invented.grants.items()
            )
            Recusal.objects.bulk_create(
                Recusal(
                    user=self.people[person], report=self.reports[report], lifted_at=wall.value and now + wall.value
                )
                for (person, report), wall in invented.walls
            )
            for report, wall in invented.restrictions:
                self._restrict(self.reports[report], wall, now=now)
        User.objects.filter(pk__in=self._keys(invented.switched_off)).update(is_active=False)
        Authenticator.objects.filter(user__in=self._keys(invented.without_second_factor)).delete()

    def _restrict(self, report: Report, wall: Wall, *, now: datetime) -> None:
        Restriction.objects.create(
            report=report,
            restricted_at=now - 2 * HOUR,
            restricted_by=self.people[MAINTAINER],
            lifted_at=wall.value and now + wall.value,
        )
        if wall is Wall.STANDING:
            Report.objects.filter(pk=report.pk).update(restricted_at=now - 2 * HOUR)

    def _keys(self, places: frozenset[int]) -> list[int]:
        return [self.people[place].pk for place in places]


@pytest.fixture
def world() -> World:
    people = [
        factories.maintainer(),
        factories.UserFactory.create(),
        factories.UserFactory.create(is_administrator=True),
    ]
    return World(
        people=[with_second_factor(user) for user in people],
        reports=[factories.receipt().report for _ in range(REPORTS)],
    )


def answers_about(user: User, reports: list[Report]) -> dict[str, set[int]]:
    """Which of the reports `user` may see, by each of the nets on its own."""
    viewer = viewer_for(user)
    with without_row_security(viewer):
        answers = {
            "manager of reports": set(Report.objects.values_list("pk", flat=True)),
            "manager of reporters": set(Reporter.objects.values_list("report_id", flat=True)),
            "permissions": {report.pk for report in reports if user.has_perm(Permission.SEE, report)},
        }
    with acting_as(viewer):
        return answers | {
            "row-level security of reports": set(numbers("SELECT id FROM reports_report")),
            "row-level security of reporters": set(numbers("SELECT report_id FROM reports_reporter")),
        }


def named_on_the_page(user: User, reports: list[Report]) -> set[int]:
    with acting_as(SYSTEM):
        return {
            report.pk
            for report in reports
            if any(sight.user == user for sight in who_can_see(report, at=timezone.now()))
        }


@given(invented=inventions)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_nets_agree_on_who_sees_which_report(world: World, invented: Invented) -> None:
    with transaction.atomic():
        world.become(invented)
        people = [User.objects.get(pk=person.pk) for person in world.people]
        said = [answers_about(person, world.reports) for person in people]
        told = [named_on_the_page(person, world.reports) for person in people]
        transaction.set_rollback(True)

    for place, answers in enumerate(said):
        seen = {report.pk for number, report in enumerate(world.reports) if invented.may_see(place, number)}
        entitled = {report.pk for number, report in enumerate(world.reports) if invented.has_a_right(place, number)}
        assert answers == dict.fromkeys(answers, seen)
        assert told[place] == entitled
