"""A person's own ways of looking at the queue."""

import pytest
from django.test import Client

from portal.viewer import acting_as
from reports.models import SavedView
from reports.saved_views import MOST
from teams.models import User
from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db


def views_of(user: User) -> dict[str, str]:
    with acting_as(factories.looking(user)):
        return {view.name: view.query for view in SavedView.objects.filter(user=user)}


def test_a_view_is_kept_renamed_and_deleted(desk: Client, member: User) -> None:
    answer = desk.post("/reports/views/save/", {"name": " Late  ones ", "query": "overdue=1&state=nonsense&x=y"})
    kept = views_of(member)
    with acting_as(factories.looking(member)):
        view = SavedView.objects.get()
    desk.post(f"/reports/views/{view.pk}/rename/", {"name": "Overdue"})
    renamed = views_of(member)
    desk.post(f"/reports/views/{view.pk}/delete/")

    assert answer.headers["Location"] == "/reports/?overdue=1"
    assert kept == {"Late ones": "overdue=1"}
    assert renamed == {"Overdue": "overdue=1"}
    assert views_of(member) == {}


def test_the_same_name_replaces_and_there_are_not_too_many(desk: Client, member: User) -> None:
    for number in range(MOST + 2):
        desk.post("/reports/views/save/", {"name": f"View {number}", "query": ""})
    desk.post("/reports/views/save/", {"name": "View 0", "query": "waiting=1"})

    assert len(views_of(member)) == MOST
    assert views_of(member)["View 0"] == "waiting=1"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_that_cannot_be_kept_is_refused_in_words(desk: Client, member: User, name: str) -> None:
    answer = desk.post("/reports/views/save/", {"name": name, "query": "waiting=1"})

    assert answer.status_code == 422
    assert "name" in answer.context["wrong"].why
    assert (answer.context["wrong"].name, answer.context["wrong"].query) == (name, "waiting=1")
    assert views_of(member) == {}


def test_a_new_name_that_cannot_be_kept_stays_in_its_field(desk: Client, member: User) -> None:
    desk.post("/reports/views/save/", {"name": "Mine", "query": ""})
    desk.post("/reports/views/save/", {"name": "Other", "query": ""})
    with acting_as(factories.looking(member)):
        view = next(view for view in SavedView.objects.all() if view.name == "Mine")

    answer = desk.post(f"/reports/views/{view.pk}/rename/", {"name": "Other"})

    assert answer.status_code == 422
    assert "Another of your views has this name." in answer.content.decode()
    assert set(views_of(member)) == {"Mine", "Other"}


def test_nobody_touches_a_view_of_another(member: User) -> None:
    with acting_as(factories.looking(member)):
        view = SavedView.objects.create(user=member, name="Mine", query="")
    other = browser_of(factories.member())

    statuses = [
        other.post(f"/reports/views/{view.pk}/rename/", {"name": "Theirs"}).status_code,
        other.post(f"/reports/views/{view.pk}/delete/").status_code,
    ]

    assert statuses == [404, 404]
    assert views_of(member) == {"Mine": ""}
    assert "Mine" not in other.get("/reports/views/").content.decode().partition("<main")[2].partition("</main")[0]
