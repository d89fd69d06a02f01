"""The OpenPGP keys of reporters: which one is in force, and what their mails say because of it."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.openpgp.certificates import Certificate, inspected
from portal.viewer import SYSTEM, acting_as
from reports import conversation, delivery, forgetting, intake, reporter_keys, tracking
from reports.enums import EventKind, KeyCame, NoticeKind, NoticeState
from reports.guards import Refused
from reports.models import Notification, OpenPGPKey, Report, Reporter, ReportEvent
from teams.models import PersonalKey, User
from tests import factories
from tests.openpgp_keys import Keys, decrypted, keys_of
from tests.people import with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]
WORDS = "Kolibri in the answer"


@pytest.fixture
def team(settings: Settings) -> Keys:
    keys = keys_of("Team <security@example.org>", passphrase="correct horse")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = keys.secret, keys.passphrase
    return keys


@pytest.fixture
def old() -> Keys:
    return keys_of("Ann <ann@example.org>")


@pytest.fixture
def new() -> Keys:
    return keys_of("Ann at home <ann@example.org>")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def certificate(keys: Keys) -> Certificate:
    return inspected(keys.certificate, now=timezone.now())


def reporter_with(keys: Keys | None, *, email: str = "ann@example.org") -> Reporter:
    key = certificate(keys) if keys else None
    receipt = intake.receive(factories.submission(email=email, openpgp_key=key), now=timezone.now())
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report").get(pk=receipt.reporter.pk)


def used(reporter: Reporter) -> str:
    with acting_as(SYSTEM):
        key = reporter_keys.in_force(reporter)
        return key.fingerprint if key else ""


def events(reporter: Reporter) -> list[str]:
    kinds = (EventKind.KEY_GIVEN, EventKind.KEY_CONFIRMED, EventKind.KEY_REMOVED)
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=reporter.report, kind__in=kinds).order_by("seq")
        return list(rows.values_list("kind", flat=True))


def proof(reporter: Reporter) -> str:
    with acting_as(SYSTEM):
        key = reporter_keys.waiting(reporter)
        assert key
        return reporter_keys.proof_of(key)


def sent(kind: NoticeKind) -> bytes:
    """The one mail of this kind that is to go, sent."""
    outbox.outbox.clear()
    with acting_as(SYSTEM):
        number = Notification.objects.get(kind=kind, state=NoticeState.PENDING).pk
    delivery.deliver([number], clock=timezone.now)
    [message] = outbox.outbox
    return message.message().as_bytes()


def read(raw: bytes, *, by: Keys) -> str:
    """Its text, as its recipient's program shows it."""
    armour = list(message_from_bytes(raw, policy=policy.default).iter_parts())[1].get_content()
    inside = message_from_bytes(decrypted(armour, by=by), policy=policy.default)
    return str(next(iter(inside.iter_parts())).get_content()).replace("\r\n", "\n")


def answered(reporter: Reporter) -> None:
    member = factories.member()
    with acting_as(factories.looking(member)):
        conversation.answer(Report.objects.get(pk=reporter.report_id), WORDS, by=member, now=timezone.now())


def test_a_key_given_with_the_report_is_in_force_at_once(old: Keys) -> None:
    reporter = reporter_with(old)

    assert (used(reporter), events(reporter)) == (old.fingerprint, [EventKind.KEY_GIVEN])


def test_a_first_key_that_comes_by_a_later_mail_waits_to_be_confirmed(old: Keys, now: datetime) -> None:
    reporter = reporter_with(None)

    reporter_keys.offer_key(reporter, certificate(old), how=KeyCame.MAIL, now=now)

    assert used(reporter) == ""
    reporter_keys.confirm(reporter, proof=proof(reporter), now=now)
    assert used(reporter) == old.fingerprint


def test_another_key_waits_until_whoever_reads_the_old_mails_confirms_it(
    team: Keys, old: Keys, new: Keys, now: datetime
) -> None:
    del team
    reporter = reporter_with(old)
    reporter_keys.offer_key(reporter, certificate(new), how=KeyCame.PAGE, now=now)
    assert used(reporter) == old.fingerprint

    letter = read(sent(NoticeKind.KEY_CHANGED), by=old)
    assert f"/track/{reporter.report.reference}/key/confirm/{proof(reporter)}/" in letter
    reporter_keys.confirm(reporter, proof=proof(reporter), now=now)

    assert used(reporter) == new.fingerprint
    assert events(reporter) == [EventKind.KEY_GIVEN, EventKind.KEY_GIVEN, EventKind.KEY_CONFIRMED]


def test_taking_the_old_key_away_first_is_no_way_around_the_confirmation(old: Keys, new: Keys, now: datetime) -> None:
    reporter = reporter_with(old)
    with acting_as(SYSTEM):
        number = OpenPGPKey.objects.get().pk

    reporter_keys.remove(reporter, number=number, now=now)
    reporter_keys.offer_key(reporter, certificate(new), how=KeyCame.PAGE, now=now)

    assert used(reporter) == ""
    assert events(reporter) == [EventKind.KEY_GIVEN, EventKind.KEY_REMOVED, EventKind.KEY_GIVEN]


def test_only_the_newest_offer_can_be_confirmed(old: Keys, new: Keys, now: datetime) -> None:
    reporter = reporter_with(old)
    third = keys_of("Ann abroad <ann@example.org>")
    reporter_keys.offer_key(reporter, certificate(new), how=KeyCame.PAGE, now=now)
    outdated = proof(reporter)
    reporter_keys.offer_key(reporter, certificate(third), how=KeyCame.PAGE, now=now)

    for wrong in (outdated, "guessed", ""):
        with pytest.raises(Refused):
            reporter_keys.confirm(reporter, proof=wrong, now=now)

    assert used(reporter) == old.fingerprint


def test_confirming_twice_and_offering_twice_change_nothing(old: Keys, new: Keys, now: datetime) -> None:
    reporter = reporter_with(old)
    for _ in range(2):
        reporter_keys.offer_key(reporter, certificate(new), how=KeyCame.PAGE, now=now)
    word = proof(reporter)
    for _ in range(2):
        reporter_keys.confirm(reporter, proof=word, now=now)

    assert events(reporter) == [EventKind.KEY_GIVEN, EventKind.KEY_GIVEN, EventKind.KEY_CONFIRMED]


def test_an_answer_goes_out_whole_to_who_gave_a_key(team: Keys, old: Keys) -> None:
    del team
    answered(reporter_with(old))

    raw = sent(NoticeKind.ANSWERED)

    assert WORDS not in raw.decode()
    assert f"The security team writes:\n\n{WORDS}\n" in read(raw, by=old)


def test_an_answer_to_anybody_else_says_only_that_it_is_there() -> None:
    answered(reporter_with(None))

    assert WORDS not in sent(NoticeKind.ANSWERED).decode()


def test_once_the_key_has_expired_mails_say_less_and_why(old: Keys, now: datetime) -> None:
    reporter = reporter_with(old)
    with acting_as(SYSTEM):
        OpenPGPKey.objects.update(expires_at=now - timedelta(days=1))
    answered(reporter)

    raw = sent(NoticeKind.ANSWERED).decode()

    assert WORDS not in raw
    assert "Your OpenPGP key has expired, so this mail says no more." in raw


def test_a_key_that_nothing_can_be_encrypted_to_never_lets_words_out(old: Keys) -> None:
    reporter = reporter_with(old)
    with acting_as(SYSTEM):
        key = OpenPGPKey.objects.select_related("report").get()
        key.certificate = "no key"
        key.save(update_fields=["certificate"])
    answered(reporter)

    raw = sent(NoticeKind.ANSWERED).decode()

    assert WORDS not in raw
    assert "We could not encrypt to your OpenPGP key" in raw


@pytest.fixture
def member(new: Keys) -> User:
    user = with_second_factor(factories.member(email="mira@example.org"))
    with acting_as(SYSTEM):
        PersonalKey.objects.create(user=user, certificate=new.certificate, fingerprint=new.fingerprint)
    return user


def test_a_member_with_a_key_reads_what_the_reporter_wrote(team: Keys, new: Keys, member: User) -> None:
    del team
    reporter = reporter_with(None)
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=member)
    conversation.hear(reporter, WORDS, now=timezone.now())

    assert f"The reporter writes:\n\n{WORDS}\n" in read(sent(NoticeKind.REPORTER_WROTE), by=new)


def test_a_member_without_a_second_factor_reads_nothing_of_it(team: Keys, new: Keys, member: User) -> None:
    del team
    reporter = reporter_with(None)
    Authenticator.objects.filter(user=member).delete()
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=member)
    conversation.hear(reporter, WORDS, now=timezone.now())

    assert WORDS not in read(sent(NoticeKind.REPORTER_WROTE), by=new)


def test_each_side_sees_only_its_own_key(old: Keys, new: Keys, now: datetime) -> None:
    reporter = reporter_with(old)
    tracking.invite(reporter, name="Bob", email="bob@example.org", may_read_everything=True, token="a-token", now=now)
    with acting_as(SYSTEM):
        invited = Reporter.objects.select_related("report", "grant").get(invited_by=reporter)
    reporter_keys.offer_key(invited, certificate(new), how=KeyCame.PAGE, now=now)
    other = reporter_with(None)

    seen = {}
    for who in (reporter, invited, other):
        with acting_as(who.viewer):
            seen[who.pk] = [key.fingerprint for key in OpenPGPKey.objects.select_related("report")]

    assert seen == {reporter.pk: [old.fingerprint], invited.pk: [new.fingerprint], other.pk: []}


def test_a_key_speaks_for_its_address_on_its_own_report_alone(old: Keys) -> None:
    reporter, forged = reporter_with(old), reporter_with(None)

    assert reporter_keys.certificates_of("Ann@Example.org", report=reporter.report) == [certificate(old).armour]
    assert reporter_keys.certificates_of("ann@example.org", report=forged.report) == []
    assert reporter_keys.certificates_of("bob@example.org", report=reporter.report) == []


def test_who_is_forgotten_leaves_no_key_behind(old: Keys, now: datetime) -> None:
    reporter = reporter_with(old)

    with acting_as(SYSTEM):
        forgetting.forget_reporters(reporter.report, now=now)

        assert OpenPGPKey.objects.count() == 0
