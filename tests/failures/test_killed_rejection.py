"""Whoever brings a rejection to CVE Services is killed at each moment of it, and it is there once all the same."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta
from functools import partial

import pytest
from pytest_django.fixtures import Settings

from disclosures import cve_rejection, cves, numbering
from disclosures.enums import CveState
from disclosures.models import Advisory, CveRequest
from portal.cve_services import Container, CveServices
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.models import ReportEvent
from tests import factories
from tests.cve_services.server import Services, ours, running
from tests.disclosures.wishes import NOW, again, wish_of
from tests.failures.dying import Ending, Moments, end_of

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

MOMENTS = 4
"""Before and after the call, and before and after what is kept of it."""


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with running() as there:
        ours(settings, there)
        yield there


def withdrawn() -> CveRequest:
    """An ID of ours, reserved and rejected here, as its advisory was withdrawn."""
    wish, member = wish_of(is_published=True), factories.member()
    with acting_as(factories.looking(member)):
        cves.request_of_our_own(wish, by=member, now=NOW)
    numbering.number(wish.pk, clock=lambda: NOW)
    with acting_as(SYSTEM):
        Advisory.objects.update(state="withdrawn", withdrawn_at=NOW)
        advisory = Advisory.objects.select_related("report").get()
        cve_rejection.with_advisory(advisory, reason="It was none.", by=member, now=NOW)
    return again(wish)


def watch(patch: pytest.MonkeyPatch, moments: Moments) -> None:
    reject, rejected = CveServices.reject, numbering._rejected  # noqa: SLF001 - the moments around what it keeps

    def call(there: CveServices, cve_id: str, container: Container) -> None:
        moments.has_begun = True
        moments.pass_by()
        reject(there, cve_id, container)
        moments.pass_by()

    def keep(wish: CveRequest, now: datetime) -> None:
        moments.pass_by()
        rejected(wish, now)
        moments.pass_by()

    patch.setattr(CveServices, "reject", call)
    patch.setattr(numbering, "_rejected", keep)


@pytest.mark.clause("P15", "P16")
def test_a_rejection_is_there_once_whenever_its_worker_is_killed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish, now, endings = withdrawn(), NOW, []

    for strike_at in range(MOMENTS + 1):
        now += cves.LEASE + timedelta(seconds=1)
        with monkeypatch.context() as here:
            moments = Moments(strike_at=strike_at)
            watch(here, moments)
            endings.append(end_of(partial(numbering.number, wish.pk, clock=partial(copy, now)), moments))

    done = again(wish)
    assert endings == [Ending.WAS_KILLED] * MOMENTS + [Ending.DONE]
    assert (done.state, done.rejection_sent_at) == (CveState.REJECTED, now)
    assert services.ids[done.cve_id or ""].state == "REJECTED"
    with acting_as(SYSTEM):
        told = ReportEvent.objects.filter(kind=EventKind.CVE_CHANGED, details__deed="rejected-there")
        assert told.count() == 1
