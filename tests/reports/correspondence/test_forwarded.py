"""Somebody passed on what another person had found: the report becomes the finder's, and nobody is named by that."""

import io
import secrets
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from portal.openpgp.certificates import inspected
from portal.viewer import SYSTEM, acting_as
from reports import conversation, history, reporter_keys, tracking
from reports.correspondence import forwarded
from reports.correspondence.reply_addresses import For, address_for
from reports.enums import EventKind, KeyCame, MailState, NoticeKind, NoticeState, PutAside
from reports.guards import Refused
from reports.models import AccessKey, Grant, InboundMail, Notification, Report, Reporter, ReportEvent
from reports.models.people import hash_key
from reports.tracking import NoSuchLink
from teams.models import User
from tests import factories
from tests.openpgp_keys import keys_of
from tests.people import browser_of
from tests.reports.correspondence.letters import NOON, letter, take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P8", "P11")]
LATER = NOON + timedelta(days=1)
FORWARDER, FINDER = "fred@example.net", "fiona@example.net"


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member", email="mira@example.org")


@pytest.fixture
def mail(member: User) -> InboundMail:
    del member
    return take(letter(sender=f"Fred <{FORWARDER}>", text="See below.\n\nFiona wrote: it leaves its folder."))


def correct(
    mail: InboundMail, *, by: User, email: str = FINDER, form: str = "a form", everything: bool = False
) -> Reporter:
    with acting_as(factories.looking(by)):
        report = Report.objects.get(pk=finder_of(mail).report_id)
        forwarded.correct_finder(
            report, name="Fiona", email=email, may_read_everything=everything, token=form, by=by, now=LATER
        )
    return finder_of(mail)


def finder_of(mail: InboundMail) -> Reporter:
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report", "grant").get(report=mail.report_id, invited_by=None)


def kinds(mail: InboundMail) -> list[str]:
    with acting_as(SYSTEM):
        return [event.kind for event in ReportEvent.objects.filter(report=mail.report_id, at=LATER).order_by("seq")]


def browser_by(link: str, mail: InboundMail) -> Client:
    """Of whoever comes by `link`, which is made here as the mail that brings it would make it."""
    with acting_as(SYSTEM):
        finder = finder_of(mail)
        AccessKey.objects.create(report=finder.report, reporter=finder, key_hash=hash_key(link))
    browser = Client()
    browser.post(f"/r/{link}/")
    return browser


def test_the_report_is_the_finders_who_gets_a_mail_with_a_link_and_the_history_says_so(
    mail: InboundMail, member: User
) -> None:
    finder = correct(mail, by=member)

    assert (finder.name, finder.email) == ("Fiona", FINDER)
    assert (finder.grant.granted_at, finder.grant.sees_from) == (LATER, LATER)
    assert kinds(mail) == [EventKind.FINDER_CORRECTED, EventKind.LINKS_ENDED]
    with acting_as(SYSTEM):
        assert not AccessKey.objects.filter(report=mail.report, revoked_at=None).exists()
        waiting = Notification.objects.filter(reporter=finder, state=NoticeState.PENDING)
        assert [notice.kind for notice in waiting] == [NoticeKind.FINDER]


def test_whoever_passed_it_on_comes_in_no_more_by_link_or_by_mail(mail: InboundMail, member: User) -> None:
    link = "l" * 40
    browser = browser_by(link, mail)
    to = address_for(For.REPORTER, finder_of(mail).pk, written_at=NOON)

    correct(mail, by=member)
    answer = take(letter(sender=f"Fred <{FORWARDER}>", to=to, subject="Re: it", text="One more thing."), at=LATER)

    with pytest.raises(NoSuchLink):
        tracking.enter(link, now=LATER)
    assert browser.get(f"/track/{finder_of(mail).report.reference}/").status_code == 404
    assert (answer.state, answer.why) == (MailState.ASIDE, PutAside.OTHER_SENDER)


def test_whom_they_invited_and_their_keys_count_no_more(mail: InboundMail, member: User) -> None:
    finder = finder_of(mail)
    tracking.invite(finder, name="Kim", email="kim@example.net", may_read_everything=True, token="t", now=NOON)
    reporter_keys.offer_key(
        finder,
        inspected(keys_of("Fred <fred@example.net>").certificate, now=timezone.now()),
        how=KeyCame.PAGE,
        now=NOON,
    )

    correct(mail, by=member)

    with acting_as(SYSTEM):
        grants = Grant.objects.filter(report=mail.report, user=None).order_by("pk")
        assert [grant.is_in_force for grant in grants] == [True, False]
        assert reporter_keys.in_force(finder_of(mail)) is None


def test_the_same_form_counts_once_and_another_can_still_put_it_right(mail: InboundMail, member: User) -> None:
    correct(mail, by=member)
    again = correct(mail, by=member)
    other = correct(mail, by=member, email="fay@example.net", form="another form")

    assert (again.email, other.email) == (FINDER, "fay@example.net")
    assert kinds(mail).count(EventKind.FINDER_CORRECTED) == 2


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("Mira@example.org", forwarded.OF_A_MEMBER),
        ("security@wasmcloud.com", forwarded.OURS),
        ("security+abc@example.org", forwarded.OURS),
        ("FRED@example.net", forwarded.THE_SAME),
    ],
)
def test_addresses_that_cannot_be_the_finders_are_refused(
    mail: InboundMail, member: User, email: str, why: str
) -> None:
    with pytest.raises(Refused, match=why.split(":", maxsplit=1)[0]):
        correct(mail, by=member, email=email)

    assert finder_of(mail).email == FORWARDER


def test_it_is_for_reports_that_came_by_mail_and_for_who_coordinates(mail: InboundMail, member: User) -> None:
    web, stranger = factories.receipt(NOON), factories.maintainer()

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="did not come by mail"):
        forwarded.correct_finder(
            web.report, name="", email=FINDER, may_read_everything=False, token="t", by=member, now=LATER
        )
    with acting_as(factories.looking(stranger, is_member=False)), pytest.raises(Refused):
        forwarded.correct_finder(
            finder_of(mail).report, name="", email=FINDER, may_read_everything=False, token="t", by=stranger, now=LATER
        )


@pytest.mark.parametrize("everything", [True, False])
def test_the_finder_reads_what_came_before_only_if_a_member_says_so(
    mail: InboundMail, member: User, *, everything: bool
) -> None:
    now = timezone.now()
    conversation.hear(finder_of(mail), "I am only passing it on.", now=now - timedelta(minutes=5))
    with acting_as(factories.looking(member)):
        report = Report.objects.get(pk=finder_of(mail).report_id)
        forwarded.correct_finder(
            report, name="", email=FINDER, may_read_everything=everything, token="t", by=member, now=now
        )

    browser = browser_by("n" * 40, mail)
    page = browser.get(f"/track/{report.reference}/").content.decode()
    with ZipFile(io.BytesIO(browser.post(f"/track/{report.reference}/everything/").getvalue())) as taken:
        names = taken.namelist()

    shown = ("it leaves its folder" in page, "I am only passing it on" in page, "Whoever passed it on" in page)
    assert shown == (everything, everything, everything)
    assert ("report.md" in names) is everything


def test_a_mail_that_came_back_before_is_held_against_nobody_after(mail: InboundMail, member: User) -> None:
    finder = finder_of(mail)
    with acting_as(SYSTEM):
        history.append(finder.report, EventKind.MAIL_BOUNCED, by=None, now=NOON, notice="receipt", reporter=finder.pk)
    before = tracking.comes_back(tracking.milestones(finder))

    correct(mail, by=member)

    assert (before, tracking.comes_back(tracking.milestones(finder_of(mail)))) == (True, False)


def test_neither_name_nor_address_of_either_is_shown_to_who_did_not_ask(member: User) -> None:
    old, new = (f"n{secrets.token_hex(6)}" for _ in range(2))
    mail = take(letter(sender=f"{old} <{old}@example.net>"))
    report, desk = finder_of(mail).report, browser_of(member)
    typed = {"name": new, "email": f"{new}@example.net"}

    wrong = desk.post(f"/reports/{report.reference}/finder/", {"name": new, "email": "nothing"})
    done = desk.post(f"/reports/{report.reference}/finder/", typed, follow=True)
    pages = [
        desk.get(f"/reports/{report.reference}/", {"part": part}).content.decode()
        for part in ("conversation", "activity", "original")
    ]

    assert (wrong.status_code, new in wrong.content.decode()) == (422, True)
    assert "The report is theirs now" in done.content.decode()
    assert "said who really found it" in pages[1]
    assert [bird for bird in (old, new) for page in pages if bird in page] == []


def test_the_desk_does_not_take_what_was_written_before_for_the_finders(mail: InboundMail, member: User) -> None:
    conversation.hear(finder_of(mail), "I am only passing it on.", now=timezone.now())
    desk, reference = browser_of(member), finder_of(mail).report.reference
    desk.post(f"/reports/{reference}/finder/", {"name": "Florence", "email": FINDER})

    shown = desk.post(f"/reports/{reference}/reporter/", follow=True).content.decode()

    assert (shown.count("Whoever passed it on"), shown.count("Florence")) == (2, 1)


def test_a_case_file_without_identity_names_whoever_passed_it_on_no_more_than_the_finder(
    mail: InboundMail, member: User
) -> None:
    conversation.hear(finder_of(mail), f"Write to {FORWARDER}.", now=NOON)
    correct(mail, by=member)

    desk, reference = browser_of(member), finder_of(mail).report.reference
    with ZipFile(io.BytesIO(desk.post(f"/reports/{reference}/case-file/").getvalue())) as taken:
        said = taken.read("conversation.md").decode()

    assert (FORWARDER in said, "Whoever passed it on" in said, "Write to [removed]." in said) == (False, True, True)
