"""How fast one sender may report before the next one waits in quarantine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.sealed.secrets import address_index
from portal.viewer import SYSTEM, acting_as
from reports import pacing, tracking
from reports.enums import Door, MailState, PutAside, Vouched
from reports.models import InboundMail, Report
from tests import factories
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P1")]

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ROBIN = "robin@example.net"


@pytest.fixture(autouse=True)
def three_a_day(settings: Settings) -> None:
    flood = replace(settings.POLICY.flood, most_from_one_sender=3, sender_hours=24)
    settings.POLICY = replace(settings.POLICY, flood=flood)


def is_too_fast(address: str = ROBIN, *, now: datetime = NOW, vouched: bool = False) -> bool:
    return pacing.is_too_fast(sender_index=address_index(address), now=now, vouched=vouched)


def mails(
    number: int, *, state: MailState = MailState.ASIDE, vouched: Vouched = Vouched.NOBODY, address: str = ROBIN
) -> None:
    report = factories.receipt(email="").report if state in {MailState.REPORT, MailState.JOINED} else None
    with acting_as(SYSTEM):
        for _ in range(number):
            InboundMail.objects.create(
                identity=f"{InboundMail.objects.count()}",
                door=Door.MAILBOX,
                arrived_at=NOW - timedelta(hours=1),
                state=state,
                why=PutAside.UNVERIFIED if state == MailState.ASIDE else "",
                report=report,
                vouched=vouched,
                sender_index=address_index(address),
                size=1,
            )


def reports(number: int, *, at: datetime = NOW - timedelta(hours=1)) -> None:
    for _ in range(number):
        factories.receipt(at, email=ROBIN)


def test_a_first_report_is_never_too_fast_however_many_others_write() -> None:
    mails(5, address="others@example.net")

    assert not is_too_fast()


def test_a_sender_without_an_address_is_nobody_and_never_too_fast() -> None:
    for _ in range(4):
        factories.receipt(NOW, email="")

    assert not is_too_fast("")


def test_the_next_one_is_too_fast_once_the_days_reports_are_there() -> None:
    reports(2)
    before = is_too_fast()
    reports(1)

    assert (before, is_too_fast(), is_too_fast(ROBIN.upper())) == (False, True, True)


def test_what_came_a_day_ago_counts_no_more() -> None:
    reports(3, at=NOW - timedelta(hours=24))

    assert not is_too_fast()


@pytest.mark.parametrize(
    ("state", "counts"), [(MailState.REPORT, True), (MailState.ASIDE, True), (MailState.JOINED, False)]
)
def test_mail_counts_unless_it_is_part_of_a_conversation(state: MailState, *, counts: bool) -> None:
    mails(3, state=state)

    assert is_too_fast() == counts


def test_being_invited_to_reports_is_not_reporting() -> None:
    for number in range(3):
        receipt = factories.receipt(NOW, email="")
        tracking.invite(
            receipt.reporter, name="Robin", email=ROBIN, may_read_everything=False, token=f"{number}" * 43, now=NOW
        )

    assert not is_too_fast()


@pytest.mark.clause("P8")
def test_writing_in_somebodys_name_brings_none_of_their_own_mail_into_quarantine() -> None:
    mails(5)
    reports(3)

    assert (is_too_fast(), is_too_fast(vouched=True)) == (True, False)


def test_what_somebody_vouched_for_counts_whoever_asks() -> None:
    mails(3, vouched=Vouched.DKIM)

    assert (is_too_fast(), is_too_fast(vouched=True)) == (True, True)


def test_by_the_web_the_next_one_waits_and_is_kept_and_another_senders_first_one_does_not() -> None:
    for _ in range(3):
        factories.receipt(timezone.now(), email=ROBIN)

    Visitor().report(email=ROBIN, summary="The fourth")
    Visitor().report(email="first@example.net", summary="The first")

    with acting_as(SYSTEM):
        kept = {report.summary: report.quarantined_at is not None for report in Report.objects.order_by("-pk")[:2]}
    assert kept == {"The fourth": True, "The first": False}
