"""A report that is being fixed in one project or several, and the people around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.viewer import SYSTEM, acting_as
from reports.enums import Role, State
from reports.models import Grant, Report, ReportEvent
from teams.enums import Sign
from teams.models import Evidence, Maintainership, Project, User
from tests import factories

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
"""The Wednesday before Thanksgiving, in the morning in New York."""


@dataclass(frozen=True)
class Scene:
    """`member` coordinates it; `releaser` is on the patch team and maintains every project."""

    report: Report
    projects: Sequence[Project]
    member: User
    releaser: User

    def grant(self, user: User, role: Role) -> User:
        with acting_as(SYSTEM):
            Grant.objects.create(report=self.report, user=user, role=role, reason="Fixes it.")
        return user

    def events(self, kind: str) -> list[dict[str, object]]:
        """The details of each, the first first."""
        with acting_as(SYSTEM):
            return list(ReportEvent.objects.filter(report=self.report, kind=kind).values_list("details", flat=True))


def scene(*names: str, state: State = State.FIXING, **fields: object) -> Scene:
    """On projects by these names, or on one called wash."""
    projects = [factories.ProjectFactory.create(name=name) for name in names or ("wash",)]
    when = NOW - timedelta(days=9)
    found = factories.receipt(when, projects=projects, project_unknown=False, **fields).report  # type: ignore[arg-type] # each test names real fields
    member = factories.member(name="Mira Member")
    with acting_as(SYSTEM):
        Report.objects.filter(pk=found.pk).update(state=state, coordinator=member)
        report = Report.objects.select_related("coordinator").get(pk=found.pk)
    made = Scene(report=report, projects=projects, member=member, releaser=releaser_of(projects))
    made.grant(made.releaser, Role.RELEASER)
    return made


def releaser_of(projects: Sequence[Project], name: str = "Rita Releaser") -> User:
    """Somebody who maintains them; that alone lets nobody see the report."""
    first, *others = projects
    user = factories.maintainer(project=first, name=name)
    for project in others:
        Maintainership.objects.create(user=user, project=project, since=factories.LONG_AGO, reason="Maintains it.")
        Evidence.objects.create(user=user, project=project, sign=Sign.CONFIRMED, reason="Maintains it.")
    return user
