"""The team keeps itself true: a member's project is archived on GitHub, and a plain maintainer joins."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from portal.demo.sample import people
from portal.viewer import SYSTEM, acting_as
from reports import coordination
from reports.models import Report
from teams import tasks as following
from teams.models import SecurityTeamMembership, User
from tests import factories
from tests.browser.conftest import Open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sample"),
    pytest.mark.urls("tests.demo_urls"),
]

PROJECTS = ("wadm", "control-interface")
"""All that the member who leaves maintains."""


@pytest.fixture
def demo(transactional_db: None, settings: Settings) -> None:
    """The invented organisation, and its GitHub, which agrees with it."""
    del transactional_db
    settings.DEMO = True
    following.sync()


def coordinated_by(person: User) -> Report:
    report = factories.receipt(timezone.now()).report
    with acting_as(factories.looking(person)):
        coordination.take(report, by=person, now=timezone.now())
    return report


@pytest.mark.usefixtures("demo")
@pytest.mark.clause("P20", "P24", "P25")
def test_whose_only_projects_are_archived_leaves_the_team_and_hands_over(
    opened: Open, worker: Callable[[], None]
) -> None:
    leaver = User.objects.get(github_login=people.MEILING)
    report = coordinated_by(leaver)
    theirs = opened(leaver)
    first = theirs.goto(report.get_absolute_url())
    assert first is not None
    assert first.status == HTTPStatus.OK

    # Somebody archives the repositories on GitHub, and the portal looks.
    anybody = opened()
    for project in PROJECTS:
        anybody.goto(f"/demo/github/{people.REPOSITORY_IDS[project]}/")
        anybody.get_by_role("button", name="Archive it").click()
        expect(anybody.get_by_role("button", name="Take it out of the archive")).to_be_visible()
    following.sync()
    worker()

    # The membership has ended with its evidence, and the report is somebody else's.
    lead = opened(User.objects.get(github_login=people.LEAD))
    lead.goto("/team/history/")
    expect(lead.get_by_text("wadm is not active: archived on GitHub.").first).to_be_visible()
    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.coordinator not in {None, leaver}
    again = opened(leaver)
    answer = again.goto(report.get_absolute_url())
    assert answer is not None
    assert answer.status == HTTPStatus.NOT_FOUND
    addressed = {recipient for letter in mail.outbox for recipient in letter.to}
    assert {leaver.email, User.objects.get(github_login=people.LEAD).email} <= addressed


@pytest.mark.usefixtures("demo")
@pytest.mark.clause("P19", "P23")
def test_a_plain_maintainer_joins_by_their_own_act(opened: Open) -> None:
    maintainer = User.objects.get(github_login=people.MAINTAINER)
    page = opened(maintainer)

    page.goto("/me/")
    page.get_by_role("link", name="See what it asks").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_load_state()

    assert SecurityTeamMembership.objects.current().filter(user=maintainer).exists()
