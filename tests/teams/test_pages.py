"""The pages about people and projects: what they say, and what they ask the database with one row and with three."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from teams.enums import Outcome, Sign
from teams.models import Absence, Evidence, Project, SecurityTeamMembership, SyncRun, User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = timezone.now()


@pytest.fixture
def lead() -> User:
    return factories.member(lead=True, name="Lena Lead")


@pytest.fixture
def browser(lead: User) -> Client:
    return browser_of(lead)


def seen(user: User, project: object, sign: Sign, **fields: object) -> None:
    Evidence.objects.create(user=user, project=project, sign=sign, **fields)  # type: ignore[misc] # each names real fields


@pytest.mark.clause("P20")
def test_the_projects_page_says_who_maintains_what_why_and_who_can_publish(browser: Client) -> None:
    project = factories.ProjectFactory.create(name="wash", repository="example/wash", github_id=7)
    person = factories.UserFactory.create(name="Mo Maintainer")
    seen(person, project, Sign.ROLE, value="admin", seen_at=NOW)

    page = browser.get(reverse("projects")).content.decode()

    assert "Mo Maintainer" in page
    assert "GitHub gives them the role admin on wash" in page
    assert "fewer than two" in page


@pytest.mark.clause("P4")
def test_it_says_where_nobody_can_report_in_private_and_where_one_person_alone_would_hear(browser: Client) -> None:
    off, one, fine, unknown = (
        factories.ProjectFactory.create(
            name=name, repository=f"example/{name}", github_id=number, private_reporting=is_on,
            private_reporting_asked_at=NOW if is_on is not None else None,
        )
        for number, (name, is_on) in enumerate([("off", False), ("one", True), ("fine", True), ("unknown", None)], 1)
    )  # fmt: skip
    people = factories.UserFactory.create_batch(2)
    seen(people[0], one, Sign.ROLE, value="admin")
    for person in people:
        seen(person, fine, Sign.ROLE, value="admin")

    page = browser.get(reverse("projects")).content.decode()

    said = {project: _part(page, project) for project in (off, one, fine, unknown)}
    assert "Strangers cannot report in private there" in said[off]
    assert "/example/off/settings/security_analysis" in said[off]
    assert "GitHub would tell one person alone." in said[one]
    assert "GitHub would tell" not in said[fine]
    assert "GitHub has not said yet" in said[unknown]


def _part(page: str, project: Project) -> str:
    return page[page.index(f'id="project-{project.pk}"') :].partition("</section>")[0]


@pytest.mark.parametrize("name", ["projects", "team-history", "drift", "rota"])
def test_a_page_of_three_asks_no_more_than_a_page_of_one(name: str, browser: Client) -> None:
    def add() -> None:
        member = factories.member()
        seen(member, member.maintainerships.get().project, Sign.ROLE, value="admin")
        SyncRun.objects.create(outcome=Outcome.DONE, findings=["Something."])

    add()
    one = queries_of(browser, reverse(name))
    add()
    add()

    assert queries_of(browser, reverse(name)) == one


def test_ones_own_page_asks_no_more_for_three_projects_than_for_one(lead: User, browser: Client) -> None:
    seen(lead, factories.ProjectFactory.create(), Sign.ROLE, value="admin")
    one = queries_of(browser, reverse("me"))
    for _ in range(2):
        seen(lead, factories.ProjectFactory.create(), Sign.ROLE, value="admin")

    assert queries_of(browser, reverse("me")) == one


def test_ones_own_page_says_what_one_maintains_and_what_github_still_lets_one_do(lead: User, browser: Client) -> None:
    project = factories.ProjectFactory.create(name="wadm", repository="example/wadm")
    seen(lead, project, Sign.ROLE, value="maintain")
    seen(lead, None, Sign.SECURITY_MANAGER)

    page = browser.get(reverse("me")).content.decode()

    assert "The role maintain on example/wadm" in page
    assert "Security manager of the organisation" in page


@pytest.mark.clause("P25")
def test_the_history_says_who_was_on_the_team_on_any_day_and_why(browser: Client) -> None:
    former = factories.member(name="Finn Former")
    SecurityTeamMembership.objects.filter(user=former).update(
        since=NOW - timedelta(days=300), until=NOW - timedelta(days=100), ended_reason="Was not seen."
    )

    then = browser.get(reverse("team-history"), {"on": (NOW - timedelta(days=200)).date().isoformat()})
    today = browser.get(reverse("team-history"), {"on": "no day"})

    assert "Finn Former" in then.content.decode()
    assert "Was not seen." in then.content.decode()
    assert "Finn Former" not in today.content.decode()


# --- What waits for a person --------------------------------------------------------------------------------


def test_a_lead_agrees_and_github_is_asked_again(
    lead: User, browser: Client, django_capture_on_commit_callbacks: object
) -> None:
    run = SyncRun.objects.create(outcome=Outcome.HELD, trouble="It would end 2 of 3 projects at once.")

    page = browser.get(reverse("drift")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # pytest-django types it loosely
        browser.post(reverse("decide-sync", args=[run.pk]), {"decision": "agree"})

    run.refresh_from_db()
    assert "It would end 2 of 3 projects at once." in page
    assert (run.outcome, run.decided_by) == (Outcome.AGREED, lead)
    assert [bell.func() for bell in OrmQ.objects.all()] == ["teams.tasks.sync"]


def test_a_plain_member_decides_nothing() -> None:
    run = SyncRun.objects.create(outcome=Outcome.HELD)
    member = browser_of(factories.member())

    answer = member.post(reverse("decide-sync", args=[run.pk]), {"decision": "agree"})

    run.refresh_from_db()
    assert (answer.status_code, run.outcome) == (HTTPStatus.NOT_FOUND, Outcome.HELD)


def test_deciding_asks_for_the_second_factor(lead: User) -> None:
    run = SyncRun.objects.create(outcome=Outcome.HELD)

    browser_of(lead, confirmed_ago=None).post(reverse("decide-sync", args=[run.pk]), {"decision": "agree"})

    run.refresh_from_db()
    assert run.outcome == Outcome.HELD


# --- By hand, away, on duty ---------------------------------------------------------------------------------


def test_a_lead_confirms_somebody_by_their_login(browser: Client) -> None:
    person, project = factories.UserFactory.create(github_login="mo"), factories.ProjectFactory.create()
    where = reverse("confirm-maintainer", args=[project.pk])

    unknown = browser.post(where, {"login": "nobody", "reason": "Reviews it."})
    browser.post(where, {"login": "@Mo", "reason": "Reviews it."})

    assert unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert person.maintainerships.current().get().project == project


def test_members_say_when_they_are_away_and_take_it_back(lead: User, browser: Client) -> None:
    day = timezone.localdate() + timedelta(days=7)
    backwards = browser.post(reverse("be-away"), {"first_day": day, "last_day": day - timedelta(days=1)})
    browser.post(reverse("be-away"), {"first_day": day, "last_day": day})
    absence = Absence.objects.get(user=lead)

    stranger = browser_of(factories.member()).post(reverse("end-absence", args=[absence.pk]))
    browser.post(reverse("end-absence", args=[absence.pk]))

    assert (backwards.status_code, stranger.status_code) == (422, 404)
    assert not Absence.objects.exists()


def test_members_arrange_duty_among_themselves(lead: User, browser: Client) -> None:
    other = factories.member(name="Olga Other")
    weeks = browser.get(reverse("rota")).context["weeks"]

    browser.post(reverse("choose-duty"), {"monday": weeks[1].monday, "who": other.github_login})
    browser.post(reverse("choose-duty"), {"monday": "2020-01-06", "who": lead.github_login})

    assert [(week.user, week.chosen_by) for week in other.duty_weeks.model.objects.all()] == [(other, lead)]
