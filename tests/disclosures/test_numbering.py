"""Giving out CVE IDs ourselves: each thing happens once at CVE Services, whatever goes wrong between them and us."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from disclosures import cves, numbering
from disclosures import snapshot as snapshots
from disclosures.enums import CveRoute, CveState, Task
from disclosures.models import CveRequest, PublishedAdvisory
from portal import cve_services
from portal.viewer import SYSTEM, acting_as
from reports.guards import Refused
from reports.models import Report
from teams.models import User
from tests import factories
from tests.cve_services.server import Services, hanging_up, ours, running, saying
from tests.disclosures.advisories import RICH
from tests.disclosures.wishes import NOW, again, wish_of

pytestmark = pytest.mark.django_db

RESERVE, LIST = "POST /cve-id", "GET /cve-id"


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with running() as there:
        ours(settings, there)
        yield there


@pytest.fixture
def member() -> User:
    return factories.member()


def asked_for(member: User, *, is_published: bool = False) -> CveRequest:
    wish = wish_of(is_published=is_published)
    with acting_as(factories.looking(member)):
        cves.request_of_our_own(wish, by=member, now=NOW)
    return wish


def work(wish: CveRequest, *, at: datetime = NOW) -> CveRequest:
    numbering.number(wish.pk, clock=lambda: at)
    return again(wish)


def record_of(wish: CveRequest, services: Services) -> Mapping[str, object]:
    return services.ids[wish.cve_id or ""].record or {}


def publish(wish: CveRequest, *, revision: int = 1, title: str = "Path traversal") -> None:
    """As the day of the release does it."""
    told = replace(RICH, identifier=wish.advisory.identifier, title=title, cve_id=wish.cve_id or "", revision=revision)
    PublishedAdvisory.objects.update_or_create(
        identifier=wish.advisory.identifier,
        defaults={
            "title": title,
            "published_at": NOW,
            "modified_at": NOW,
            "revision": revision,
            "snapshot": snapshots.to_json(told),
        },
    )


@pytest.mark.clause("P15")
def test_an_id_is_reserved_and_assigned(services: Services, member: User) -> None:
    wish = asked_for(member)

    done = work(wish)

    assert (done.state, [done.cve_id]) == (CveState.ASSIGNED, list(services.ids))
    assert services.asked == [LIST, RESERVE]


@pytest.mark.clause("P15")
def test_a_reservation_whose_answer_is_lost_is_found_and_no_other_is_taken(services: Services, member: User) -> None:
    wish = asked_for(member)
    services.after[RESERVE] = [hanging_up]

    lost = work(wish)
    found = work(wish, at=NOW + timedelta(minutes=5))

    assert (lost.state, lost.cve_id, lost.problem != "") == (CveState.REQUESTED, None, True)
    assert (found.state, [found.cve_id], found.problem) == (CveState.ASSIGNED, list(services.ids), "")


def test_an_id_that_another_report_has_is_not_taken_for_one_that_was_lost(services: Services, member: User) -> None:
    first, second = asked_for(member), asked_for(member)

    numbers = {work(first).cve_id, work(second).cve_id}

    assert numbers == set(services.ids)
    assert len(numbers) == 2


def test_what_somebody_else_of_the_organisation_reserved_is_left_alone(services: Services, member: User) -> None:
    theirs = services.reserve(user="somebody.else@example.org")

    done = work(asked_for(member))

    assert done.cve_id is not None
    assert done.cve_id != theirs


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [(saying(503), timedelta(minutes=5)), (saying(429), timedelta(minutes=5)), (saying(401), timedelta(hours=1))],
)
def test_after_a_failure_it_waits_says_why_and_goes_on(
    services: Services, member: User, trouble: object, pause: timedelta
) -> None:
    wish = asked_for(member)
    services.before[RESERVE] = [trouble]  # type: ignore[list-item] # one of the above

    failed = work(wish)
    too_early = work(wish, at=NOW + pause - timedelta(seconds=1))
    done = work(wish, at=NOW + pause)

    assert failed.problem.startswith("CVE Services")
    assert (too_early.state, done.state, done.problem) == (CveState.REQUESTED, CveState.ASSIGNED, "")
    assert services.asked.count(RESERVE) == 2


def test_a_list_that_fails_takes_no_id(services: Services, member: User) -> None:
    services.before[LIST] = [saying(500)]

    work(asked_for(member))

    assert services.ids == {}


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_the_same_wish_reserve_once(services: Services, member: User) -> None:
    wish = asked_for(member)

    def visit(_: int) -> None:
        try:
            numbering.number(wish.pk, clock=lambda: NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(visit, range(2)))

    assert len(services.ids) == 1
    assert again(wish).state == CveState.ASSIGNED


@pytest.mark.clause("P15", "P16")
def test_its_record_is_published_with_the_advisory_and_follows_it(services: Services, member: User) -> None:
    wish = work(asked_for(member, is_published=True))
    assert record_of(wish, services) == {}

    publish(wish)
    first, title = work(wish), record_of(wish, services)["title"]
    publish(wish, revision=2, title="Path traversal on Windows too")
    work(wish)

    assert (first.state, title) == (CveState.PUBLISHED, "Path traversal")
    assert record_of(wish, services)["title"] == "Path traversal on Windows too"


def test_a_record_that_is_up_to_date_is_not_sent_again(services: Services, member: User) -> None:
    wish = work(asked_for(member, is_published=True))
    publish(wish)
    work(wish)
    before = len(services.asked)

    work(wish, at=NOW + timedelta(days=1))

    assert len(services.asked) == before


def test_a_record_whose_answer_is_lost_is_sent_again_as_an_update(services: Services, member: User) -> None:
    wish = work(asked_for(member, is_published=True))
    publish(wish)
    services.after[f"POST /cve/{wish.cve_id}/cna"] = [hanging_up]

    work(wish)
    done = work(wish, at=NOW + timedelta(minutes=5))

    assert (done.state, services.ids[wish.cve_id or ""].state) == (CveState.PUBLISHED, "PUBLISHED")


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.clause("P8")
def test_why_an_id_was_rejected_is_not_said_in_public_in_words_of_one_person_alone(
    services: Services, member: User, *, is_published: bool
) -> None:
    wish = work(asked_for(member, is_published=is_published))
    with acting_as(factories.looking(member)):
        cves.reject(wish, reason="The same as CVE-2026-1.", by=member, now=NOW)

    work(wish)
    before = len(services.asked)
    work(wish, at=NOW + timedelta(days=1))

    assert services.ids[wish.cve_id or ""].state == "REJECTED"
    assert record_of(wish, services)["rejectedReasons"] == [{"lang": "en", "value": "This ID is not used."}]
    assert len(services.asked) == before


def test_the_sweep_rings_for_what_is_due_and_for_nothing_else(
    services: Services, member: User, django_capture_on_commit_callbacks: object
) -> None:
    due, done = asked_for(member), work(asked_for(member))
    wish_of()

    with django_capture_on_commit_callbacks(execute=True), acting_as(SYSTEM):  # type: ignore[operator] # pytest-django types it loosely
        numbering.ring_for_due(now=NOW)

    assert [(bell.func(), bell.task["args"]) for bell in OrmQ.objects.all()] == [(Task.NUMBER, (due.pk,))]
    assert done.cve_id in services.ids


def test_who_is_no_cna_gives_out_nothing(member: User) -> None:
    wish = wish_of()

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="gives out no IDs itself"):
        cves.request_of_our_own(wish, by=member, now=NOW)

    assert again(wish).state == CveState.NEEDED


def test_a_rehearsal_takes_no_real_id(services: Services, member: User) -> None:
    wish = wish_of()
    with acting_as(SYSTEM):
        Report.objects.filter(pk=wish.report_id).update(is_rehearsal=True)

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="no real ID belongs to it"):
        cves.request_of_our_own(again(wish), by=member, now=NOW)

    assert services.asked == []


@pytest.mark.clause("P15")
@pytest.mark.parametrize("asks_github", [False, True], ids=["no way chosen", "GitHub asked"])
def test_an_id_of_ours_that_comes_after_another_way_was_tried_is_ours_and_its_record_is_published(
    services: Services, member: User, monkeypatch: pytest.MonkeyPatch, *, asks_github: bool
) -> None:
    wish = asked_for(member, is_published=True)

    def meanwhile(there: cve_services.CveServices, *, year: int) -> str:
        with acting_as(factories.looking(member)):
            mine = CveRequest.objects.select_related("report", "advisory").get(pk=wish.pk)
            cves.give_up(mine, by=member, now=NOW)
            if asks_github:
                cves.requested(mine, route=CveRoute.GITHUB, by=member, now=NOW)
        return reserve(there, year=year)

    reserve = cve_services.CveServices.reserve
    monkeypatch.setattr(cve_services.CveServices, "reserve", meanwhile)

    come = work(wish)
    publish(come)
    done = work(wish, at=NOW + timedelta(hours=2))

    assert (come.state, come.route) == (CveState.ASSIGNED, CveRoute.CNA)
    assert done.state == CveState.PUBLISHED
    assert record_of(done, services) != {}
