from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.models import RateBucket
from portal.rate_limits import Scope, Verdict, client_address, forget_full_buckets, take

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALLOWED = Verdict(allowed=True, retry_after=timedelta(0))
ADDRESS = "192.0.2.7"


def used_up(scope: Scope, subject: str = ADDRESS, *, now: datetime = NOW) -> None:
    for _ in range(scope.burst):
        assert take(scope, subject, now=now) == ALLOWED


@pytest.mark.django_db
@pytest.mark.parametrize("scope", Scope)
def test_a_burst_is_allowed_and_then_one_at_a_time(scope: Scope) -> None:
    used_up(scope)

    assert take(scope, ADDRESS, now=NOW) == Verdict(allowed=False, retry_after=scope.interval)
    assert take(scope, ADDRESS, now=NOW + scope.interval / 2) == Verdict(allowed=False, retry_after=scope.interval / 2)
    assert take(scope, ADDRESS, now=NOW + scope.interval) == ALLOWED
    assert take(scope, ADDRESS, now=NOW + scope.interval) == Verdict(allowed=False, retry_after=scope.interval)


@pytest.mark.django_db
def test_after_a_rest_the_whole_burst_is_there_again_and_no_more() -> None:
    used_up(Scope.LINK_RESEND)

    later = NOW + timedelta(days=30)
    used_up(Scope.LINK_RESEND, now=later)

    assert not take(Scope.LINK_RESEND, ADDRESS, now=later).allowed


@pytest.mark.django_db
def test_what_is_refused_uses_up_nothing_and_writes_nothing() -> None:
    used_up(Scope.LINK_RESEND)
    before = RateBucket.objects.values().get()

    for _ in range(50):
        take(Scope.LINK_RESEND, ADDRESS, now=NOW)

    assert RateBucket.objects.values().get() == before
    assert take(Scope.LINK_RESEND, ADDRESS, now=NOW + Scope.LINK_RESEND.interval).allowed


@pytest.mark.django_db
def test_one_subject_and_one_scope_leave_the_others_alone() -> None:
    used_up(Scope.SIGN_IN)

    assert take(Scope.SIGN_IN, "192.0.2.8", now=NOW).allowed
    assert take(Scope.SEARCH, ADDRESS, now=NOW).allowed


@pytest.mark.django_db
def test_a_costly_thing_is_allowed_only_as_a_whole() -> None:
    burst, interval = Scope.UPLOAD.burst, Scope.UPLOAD.interval

    assert take(Scope.UPLOAD, ADDRESS, now=NOW, cost=burst - 1).allowed
    assert take(Scope.UPLOAD, ADDRESS, now=NOW, cost=2) == Verdict(allowed=False, retry_after=interval)
    assert take(Scope.UPLOAD, ADDRESS, now=NOW, cost=1).allowed
    with pytest.raises(ValueError, match="can never be taken"):
        take(Scope.UPLOAD, ADDRESS, now=NOW, cost=burst + 1)


@pytest.mark.django_db
def test_a_process_whose_clock_lags_gains_nothing() -> None:
    used_up(Scope.LINK_RESEND)

    assert not take(Scope.LINK_RESEND, ADDRESS, now=NOW - timedelta(days=1)).allowed
    assert not take(Scope.LINK_RESEND, ADDRESS, now=NOW).allowed


@pytest.mark.django_db
def test_taking_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        take(Scope.SEARCH, ADDRESS, now=NOW)
    with django_assert_num_queries(1):
        take(Scope.SEARCH, ADDRESS, now=NOW)


@pytest.mark.django_db
def test_the_table_does_not_tell_who_asked(settings: Settings) -> None:
    take(Scope.SIGN_IN, ADDRESS, now=NOW)
    settings.SECRET_KEY = "another" * 10
    take(Scope.SIGN_IN, ADDRESS, now=NOW)

    keys = RateBucket.objects.values_list("key", flat=True)
    assert len(set(keys)) == 2
    assert all(len(key) == 64 and ADDRESS not in key for key in keys)


@pytest.mark.django_db
def test_a_bucket_is_forgotten_once_it_is_full() -> None:
    take(Scope.SEARCH, "a", now=NOW)
    take(Scope.LINK_RESEND, "b", now=NOW)

    assert forget_full_buckets(now=NOW) == 0
    assert forget_full_buckets(now=NOW + Scope.SEARCH.interval) == 1
    assert forget_full_buckets(now=NOW + Scope.LINK_RESEND.interval) == 1
    assert RateBucket.objects.count() == 0


def test_no_trace_of_an_address_outlives_a_day() -> None:
    assert max(scope.burst * scope.interval for scope in Scope) <= timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_processes_that_take_at_once_share_one_bucket() -> None:
    def ask(_: int) -> bool:
        try:
            return take(Scope.SIGN_IN, ADDRESS, now=NOW).allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(ask, range(4 * Scope.SIGN_IN.burst)))

    assert allowed.count(True) == Scope.SIGN_IN.burst


@pytest.mark.parametrize(
    ("proxies", "forwarded", "asked_from", "client"),
    [
        (0, "", "192.0.2.1", "192.0.2.1"),
        (0, "198.51.100.1", "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "203.0.113.66, 198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (2, "203.0.113.66, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "198.51.100.1, garbage", "10.0.0.1", "10.0.0.1"),
        (1, "198.51.100.1:4711", "10.0.0.1", "198.51.100.1"),
        (1, "[2001:db8:1:2:3::4]:4711", "10.0.0.1", "2001:db8:1:2::/64"),
        (0, "", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (0, "", "fe80::1%eth0", "fe80::/64"),
        (0, "", "", "unknown"),
    ],
)
def test_a_client_is_known_only_as_far_as_our_own_proxies_vouch(
    settings: Settings, proxies: int, forwarded: str, asked_from: str, client: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    request = RequestFactory().get("/", REMOTE_ADDR=asked_from, headers=headers)

    assert client_address(request) == client
