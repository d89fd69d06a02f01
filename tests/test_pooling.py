"""Who is looking ends with the transaction: clients that share connections share nothing else (DB-03)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from importlib import import_module

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal import postgres
from portal.viewer import SYSTEM, acting_as
from reports.enums import Role
from reports.models import Grant, Report
from teams.models import User
from tests import factories
from tests.database import pooled
from tests.people import browser_of

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
THREADS = 4
HAMMERING = 1.5  # seconds
LEAST_STRIKES = 2  # of each, however slow the machine
CORE = (
    "tests.architecture.test_access_matrix",
    "tests.architecture.test_need_to_know",
    "tests.portal.test_viewer",
    "tests.reports.views.test_intake",
    "tests.teams.test_sign_in",
    "tests.test_agreement",
)
"""Modules whose tests reach their database through a pooler, always."""


@dataclass(frozen=True)
class Insider:
    """Somebody who may see one report and no other."""

    user: User
    report: Report

    @property
    def setting(self) -> str:
        return factories.looking(self.user, is_member=False).setting


@pytest.fixture
def insiders() -> list[Insider]:
    """Two people, each with a report of their own; a third report is nobody's."""
    found = [Insider(user=factories.maintainer(), report=factories.receipt().report) for _ in range(2)]
    factories.receipt()
    an_hour_ago = timezone.now() - timedelta(hours=1)
    with acting_as(SYSTEM):
        for each in found:
            Grant.objects.create(
                report=each.report, user=each.user, role=Role.OBSERVER, reason="Knows.", granted_at=an_hour_ago
            )
    return found


@contextmanager
def client() -> Iterator[psycopg.Connection]:
    """A client of the pooler, as the application's role; each statement outside a transaction is one of its own."""
    address = connection.get_connection_params()
    with psycopg.connect(
        postgres.addresses(settings.VAR).application,
        dbname=address["dbname"],
        port=address["port"],
        autocommit=True,
        prepare_threshold=None,
    ) as one:
        yield one


def server_of(one: psycopg.Connection) -> int:
    """Which of PostgreSQL's processes answers this client now."""
    row = one.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])


def look_as(one: psycopg.Connection, insider: Insider) -> None:
    one.execute("SELECT set_config('portal.viewer', %s, true)", [insider.setting])


def visible_to(one: psycopg.Connection) -> list[int]:
    return [int(number) for (number,) in one.execute("SELECT id FROM reports_report")]


def test_who_takes_over_a_connection_sees_nothing_of_what_its_last_client_saw(insiders: list[Insider]) -> None:
    shown, left_over, servers = list[list[int]](), list[list[int]](), set[int]()

    with pooled(connections=1), client() as first, client() as second:
        for _ in range(ROUNDS):
            for one, insider in zip((first, second), insiders, strict=True):
                with one.transaction():
                    servers.add(server_of(one))
                    left_over.append(visible_to(one))
                    look_as(one, insider)
                    shown.append(visible_to(one))
                left_over += [visible_to(second), visible_to(first)]

    assert len(servers) == 1
    assert shown == [[insider.report.pk] for insider in insiders] * ROUNDS
    assert left_over == [[]] * (ROUNDS * 6)


def test_two_clients_interleaved_statement_by_statement_never_see_each_others_reports(insiders: list[Insider]) -> None:
    """Two connections, dealt anew with each transaction: before long each client has had both."""
    shown, left_over, servers = list[list[int]](), list[list[int]](), set[tuple[int, int]]()

    with pooled(connections=2), client() as first, client() as second:
        clients = (first, second)
        for _ in range(ROUNDS):
            for one in clients:
                one.execute("BEGIN")
            servers.add((server_of(first), server_of(second)))
            left_over += [visible_to(one) for one in clients]
            for one, insider in zip(clients, insiders, strict=True):
                look_as(one, insider)
            shown += [visible_to(one) for one in clients]
            for one in clients:
                one.execute("COMMIT")
            left_over += [visible_to(one) for one in clients]

    here, there = servers
    assert here == tuple(reversed(there))
    assert shown == [[insider.report.pk] for insider in insiders] * ROUNDS
    assert left_over == [[]] * (ROUNDS * 4)


@dataclass
class Hammer:
    """A browser that asks for its person's report and for the other's, again and again, until the time is over."""

    browser: Client
    own: Report
    other: Report

    def strike(self, *, until: float, wrong: list[str]) -> int:
        strikes = 0
        while time.monotonic() < until or strikes < LEAST_STRIKES:
            for report, status in ((self.own, HTTPStatus.OK), (self.other, HTTPStatus.NOT_FOUND)):
                answer = self.browser.get(report.get_absolute_url())
                if answer.status_code != status:
                    wrong.append(f"{answer.status_code} instead of {status}")
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM reports_report")
                if cursor.fetchone() != (0,):
                    wrong.append("rows without a viewer")
            strikes += 1
        connection.close()
        return strikes


def test_many_at_once_through_one_connection_see_what_is_theirs(insiders: list[Insider]) -> None:
    first, second = insiders
    hammers = [
        Hammer(browser_of(one.user), one.report, other.report)
        for one, other in ((first, second), (second, first)) * (THREADS // 2)
    ]
    strikes, wrong = list[int](), list[str]()

    with pooled(connections=1):
        until = time.monotonic() + HAMMERING
        threads = [
            threading.Thread(target=lambda each=hammer: strikes.append(each.strike(until=until, wrong=wrong)))
            for hammer in hammers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(strikes) == THREADS
    assert min(strikes) >= LEAST_STRIKES
    assert wrong == []


@pytest.mark.parametrize("module", CORE)
def test_the_core_of_the_suite_passes_through_a_pooler(module: str) -> None:
    marks: list[pytest.Mark] = [each.mark for each in import_module(module).pytestmark]

    assert "pooler" in [fixture for mark in marks if mark.name == "usefixtures" for fixture in mark.args]
