"""Speaking with CVE Services: each call, and each way in which it can go wrong."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from disclosures.formats import cve
from portal import cve_services
from portal.cve_services import CveServices, NotAccepted, NotAllowed, Unavailable, Uncertain
from tests.cve_services.server import BEGIN, Handler, Services, babbling, hanging_up, running, saying
from tests.disclosures.advisories import RICH

RECORD = cve.container(RICH)
NO_LONGER = cve.rejected(RICH, reason="It was assigned twice.")
RESERVE, LIST = "POST /cve-id", "GET /cve-id"


@pytest.fixture
def services() -> Iterator[Services]:
    with running() as there:
        yield there


def test_an_id_is_reserved(services: Services) -> None:
    reserved = CveServices(services.account).reserve(year=2026)

    assert [reserved] == list(services.ids)
    assert services.asked == [RESERVE]


def test_what_our_user_reserved_since_a_moment_is_listed_page_by_page_and_in_order(services: Services) -> None:
    services.reserve(ago=timedelta(hours=2))
    services.reserve(user="somebody.else@example.org")
    services.reserve(year=2025)
    ours = [services.reserve(ago=timedelta(minutes=minutes)) for minutes in (1, 4, 3, 2)]

    listed = CveServices(services.account).reserved_since(BEGIN - timedelta(hours=1), year=2026)

    assert listed == (ours[1], ours[2], ours[3], ours[0])
    assert services.asked == [LIST, LIST]


def test_a_record_is_published_and_the_same_again_is_an_update(services: Services) -> None:
    cve_id, client = services.reserve(), CveServices(services.account)

    client.publish(cve_id, RECORD)
    client.publish(cve_id, {**RECORD, "title": "Another title"})

    kept = services.ids[cve_id]
    assert (kept.state, (kept.record or {})["title"]) == ("PUBLISHED", "Another title")
    assert services.asked == [f"POST /cve/{cve_id}/cna", f"POST /cve/{cve_id}/cna", f"PUT /cve/{cve_id}/cna"]


@pytest.mark.parametrize("is_published", [False, True])
def test_an_id_is_rejected_whether_or_not_it_has_a_record(services: Services, *, is_published: bool) -> None:
    cve_id, client = services.reserve(), CveServices(services.account)
    if is_published:
        client.publish(cve_id, RECORD)

    client.reject(cve_id, NO_LONGER)
    client.reject(cve_id, NO_LONGER)

    assert services.ids[cve_id].state == "REJECTED"


def test_what_is_sent_is_left_as_it_was(services: Services) -> None:
    cve_id, mine = services.reserve(), dict(RECORD)

    CveServices(services.account).publish(cve_id, mine)

    assert mine == RECORD


def test_a_record_against_the_schema_is_not_sent(services: Services) -> None:
    with pytest.raises(NotAccepted, match="not what the CVE schema asks for"):
        CveServices(services.account).publish(services.reserve(), {"title": "Nothing else"})

    assert services.asked == []


@pytest.mark.parametrize(
    ("status", "error", "raised"),
    [
        (400, "BAD_INPUT", NotAccepted),
        (401, "UNAUTHORIZED", NotAllowed),
        (403, "", NotAllowed),
        (403, "EXCEEDED_ID_QUOTA", NotAccepted),
        (404, "ORG_DNE", NotAccepted),
        (429, "", Unavailable),
        (500, "", Uncertain),
        (503, "SERVICE_UNAVAILABLE", Uncertain),
    ],
)
def test_a_refused_reservation_says_why_and_is_not_tried_again(
    services: Services, status: int, error: str, raised: type[Exception]
) -> None:
    services.before[RESERVE] = [saying(status, error)]

    with pytest.raises(raised) as trouble:
        CveServices(services.account).reserve(year=2026)

    assert type(trouble.value) is raised
    assert services.asked == [RESERVE]


@pytest.mark.parametrize(
    "trouble", [saying(500), saying(429), saying(302, Location="/elsewhere/"), hanging_up, babbling]
)
def test_a_list_that_does_not_come_is_no_empty_list(services: Services, trouble: object) -> None:
    services.before[LIST] = [trouble]  # type: ignore[list-item] # one of the above

    with pytest.raises((Unavailable, NotAllowed)):
        CveServices(services.account).reserved_since(BEGIN, year=2026)


def test_we_take_our_key_nowhere_else(services: Services) -> None:
    services.before[RESERVE] = [saying(307, Location=f"{services.url}/api/stolen/")]

    with pytest.raises(NotAllowed, match="CVE_SERVICES_URL"):
        CveServices(services.account).reserve(year=2026)

    assert services.asked == [RESERVE]


@pytest.mark.parametrize("lost", [hanging_up, babbling, saying(502)])
def test_a_reservation_whose_answer_is_lost_is_uncertain_and_found_in_the_list(
    services: Services, lost: object
) -> None:
    services.after[RESERVE] = [lost]  # type: ignore[list-item] # one of the above
    client = CveServices(services.account)

    with pytest.raises(Uncertain):
        client.reserve(year=2026)

    assert client.reserved_since(BEGIN - timedelta(minutes=1), year=2026) == tuple(services.ids)
    assert len(services.ids) == 1


def test_an_answer_that_takes_too_long_is_given_up(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cve_services, "READ", 0.2)

    def slowly(handler: Handler) -> None:
        time.sleep(0.6)
        hanging_up(handler)

    services.before[RESERVE] = [slowly]

    with pytest.raises(Uncertain, match="do not answer"):
        CveServices(services.account).reserve(year=2026)


def test_an_answer_without_end_is_given_up(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cve_services, "LONGEST_ANSWER", 1_000)
    services.before[LIST] = [lambda handler: handler.say(200, b" " * 2_000)]

    with pytest.raises(Unavailable):
        CveServices(services.account).reserved_since(BEGIN, year=2026)


def test_nobody_there_means_that_nothing_was_done(services: Services) -> None:
    nobody = replace(services.account, url="http://127.0.0.1:9/api/")

    with pytest.raises((Unavailable, Uncertain)):
        CveServices(nobody).reserve(year=2026)

    assert services.ids == {}


def test_a_wrong_key_is_told_by_the_settings_to_look_at(services: Services) -> None:
    with pytest.raises(NotAllowed, match="CVE_SERVICES_ORG, _USER and _API_KEY"):
        CveServices(replace(services.account, key="wrong")).reserve(year=2026)
