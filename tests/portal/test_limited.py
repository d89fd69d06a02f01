from collections.abc import Iterator

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, resolve, reverse
from django.utils import timezone

from portal.limited import Limit, always, limited_by, searching
from portal.rate_limits import Scope, take
from tests import factories
from tests.people import browser_of


@login_not_required
@limited_by(Scope.KEY_EXCHANGE, counts=always)
def guess(request: HttpRequest) -> HttpResponse:
    raise Http404(request.path)


@login_not_required
@limited_by(Scope.SIGN_IN)
def enter(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.method or "")


@login_not_required
@limited_by(Scope.SEARCH, counts=searching)
def look(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.GET.get("q", ""))


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    """So that no time gives back what a slow test has used up."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return HttpResponse(status=404)


urlpatterns = [path("guess/", guess), path("enter/", enter), path("look/", look)]
handler404 = missing

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def test_guesses_stay_counted_though_each_of_them_fails(client: Client) -> None:
    statuses = [client.get("/guess/").status_code for _ in range(Scope.KEY_EXCHANGE.burst + 2)]

    assert statuses == [404] * Scope.KEY_EXCHANGE.burst + [429] * 2


def test_who_is_refused_is_told_when_to_come_back(client: Client) -> None:
    for _ in range(Scope.KEY_EXCHANGE.burst):
        client.get("/guess/")

    refused = client.get("/guess/")

    assert 0 < int(refused.headers["Retry-After"]) <= Scope.KEY_EXCHANGE.interval.total_seconds()
    assert "A little slower, please" in refused.content.decode()
    assert client.get("/guess/", REMOTE_ADDR="192.0.2.9").status_code == 404


def test_reading_a_form_uses_up_nothing(client: Client) -> None:
    for _ in range(Scope.SIGN_IN.burst + 3):
        assert client.get("/enter/").status_code == 200

    assert client.post("/enter/").status_code == 200


def test_a_list_may_be_read_at_will_and_searched_only_so_often(client: Client) -> None:
    read = {client.get("/look/").status_code for _ in range(Scope.SEARCH.burst + 3)}
    searched = [client.get("/look/?q=word").status_code for _ in range(Scope.SEARCH.burst + 1)]

    assert read == {200}
    assert searched == [200] * Scope.SEARCH.burst + [429]


def test_a_person_is_counted_wherever_they_come_from(client: Client) -> None:
    client.force_login(factories.UserFactory.create())
    for number in range(Scope.SEARCH.burst):
        client.get("/look/?q=word", REMOTE_ADDR=f"192.0.2.{number}")

    assert client.get("/look/?q=word", REMOTE_ADDR="198.51.100.1").status_code == 429
    assert Client().get("/look/?q=word", REMOTE_ADDR="198.51.100.1").status_code == 200


def test_an_address_is_counted_whoever_signs_in_there() -> None:
    for _ in range(Scope.SEARCH.burst // 10):
        browser = Client()
        browser.force_login(factories.UserFactory.create())
        for _ in range(10):
            assert browser.get("/look/?q=word").status_code == 200

    assert Client().get("/look/?q=word").status_code == 429


def test_what_was_typed_comes_back_to_be_sent_again(client: Client) -> None:
    for _ in range(Scope.SIGN_IN.burst):
        client.post("/enter/", {"text": "Two words"})

    refused = client.post("/enter/", {"text": "Two words"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert "Two words</textarea>" in refused.content.decode()


@pytest.mark.urls("portal.urls")
def test_the_search_of_the_queue_is_limited_and_its_lists_are_not() -> None:
    browser = browser_of(factories.member())

    searched = [browser.get("/reports/?q=word").status_code for _ in range(Scope.SEARCH.burst + 1)]

    assert searched == [200] * Scope.SEARCH.burst + [429]
    assert browser.get("/reports/?coordinator=@me").status_code == 200


@pytest.mark.urls("portal.urls")
def test_guesses_of_links_are_limited(client: Client) -> None:
    statuses = [client.post(f"/r/guess{n}/").status_code for n in range(Scope.KEY_EXCHANGE.burst + 1)]

    assert statuses == [404] * Scope.KEY_EXCHANGE.burst + [429]


@pytest.mark.urls("portal.urls")
def test_the_way_to_github_is_limited(client: Client) -> None:
    statuses = [client.post("/account/github/login/").status_code for _ in range(Scope.SIGN_IN.burst + 1)]

    assert statuses == [302] * Scope.SIGN_IN.burst + [429]


@pytest.mark.urls("portal.urls")
def test_the_searches_of_the_administration_are_limited_and_its_lists_are_not() -> None:
    browser = browser_of(factories.member())
    found, suggested = (
        "/admin/reports/report/?q=WSC",
        ("/admin/autocomplete/?app_label=reports&model_name=grant&field_name=report&term=WSC"),
    )
    for _ in range(Scope.SEARCH.burst - 2):
        take(Scope.SEARCH, "127.0.0.1", now=timezone.now())

    statuses = [browser.get(where).status_code for where in (found, suggested, found, suggested)]

    assert statuses == [200, 200, 429, 429]
    assert browser.get("/admin/reports/report/").status_code == 200


@pytest.mark.urls("portal.urls")
def test_each_list_of_the_administration_counts_who_searches_it() -> None:
    lists = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]  # noqa: SLF001 - Django has no other way to name them

    marks = {name: getattr(resolve(reverse(name)).func, "limited_by", None) for name in lists}

    assert marks == dict.fromkeys(lists, Limit(Scope.SEARCH, searching))
    assert len(lists) > 30
