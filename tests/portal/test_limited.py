import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal.limited import limited_by
from portal.rate_limits import Scope


@login_not_required
@limited_by(Scope.KEY_EXCHANGE)
def guess(request: HttpRequest) -> HttpResponse:
    raise Http404(request.path)


@login_not_required
@limited_by(Scope.SIGN_IN)
def enter(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.method or "")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return HttpResponse(status=404)


urlpatterns = [path("guess/", guess), path("enter/", enter)]
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


@pytest.mark.urls("portal.urls")
def test_the_way_to_github_is_limited(client: Client) -> None:
    statuses = [client.post("/account/github/login/").status_code for _ in range(Scope.SIGN_IN.burst + 1)]

    assert statuses == [302] * Scope.SIGN_IN.burst + [429]
