"""Letting people in, shutting them out, walls, and the emergency. Need-to-know decides as soon as the row is there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import coordination, emergency, notices, sharing, walls
from reports.access import MEMBER, Permission
from reports.enums import EventKind, NoticeKind, Role
from reports.guards import Refused
from reports.models import AccessKey, Grant, Notification, Recusal, Report, ReportEvent, Restriction
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WHY = "The whole team is at a conference without a network."


@pytest.fixture
def report() -> Report:
    return factories.receipt(now=NOW - timedelta(days=2)).report


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def maintainer() -> User:
    return factories.maintainer(name="Dora Developer")


def sees(user: User, report: Report, *, is_member: bool = False) -> bool:
    with acting_as(factories.looking(user, is_member=is_member)):
        return Report.objects.filter(pk=report.pk).exists()


def again(user: User) -> User:
    """As in the next request."""
    return User.objects.get(pk=user.pk)


def share(report: Report, to: User, *, by: User, **changes: object) -> Grant:
    said = {"role": Role.DEVELOPER, "reason": "Wrote the decoder.", "now": NOW, **changes}
    with acting_as(factories.looking(by)):
        return sharing.share(report, to=to, by=by, **said)  # type: ignore[arg-type] # each test names real ones


def kinds(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        return list(ReportEvent.objects.filter(report=report).order_by("pk").values_list("kind", flat=True))


def told(report: Report, kind: NoticeKind) -> set[User | str | None]:
    with acting_as(SYSTEM):
        return {row.user or row.address for row in Notification.objects.filter(report=report, kind=kind)}


# --- letting in and shutting out ----------------------------------------------------------------------------


@pytest.mark.clause("P8", "P28")
def test_a_maintainer_is_let_in_for_a_reason_and_told(report: Report, member: User, maintainer: User) -> None:
    before = sees(maintainer, report)

    grant = share(report, maintainer, by=member)

    assert (before, sees(maintainer, report)) == (False, True)
    assert (grant.reason, grant.granted_by, grant.role) == ("Wrote the decoder.", member, Role.DEVELOPER)
    assert kinds(report)[-1] == EventKind.ACCESS_GRANTED
    assert told(report, NoticeKind.SHARED) == {maintainer}


@pytest.mark.clause("P28")
def test_who_maintains_nothing_is_refused_whoever_asks(report: Report, member: User) -> None:
    outsider = factories.UserFactory.create(name="Otto Outside")

    with pytest.raises(Refused, match="Otto Outside maintains no active project"):
        share(report, outsider, by=member)

    assert not sees(outsider, report)


@pytest.mark.clause("P28")
def test_maintaining_an_archived_project_alone_does_not_suffice(report: Report, member: User) -> None:
    project = factories.ProjectFactory.create(archived_at=NOW)

    with pytest.raises(Refused, match="maintains no active project"):
        share(report, factories.maintainer(project=project), by=member)


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.clause("P8")
def test_outside_the_team_it_takes_the_reason_why_fixing_needs_them(
    report: Report, member: User, maintainer: User, reason: str
) -> None:
    with pytest.raises(Refused, match="say why fixing it needs them"):
        share(report, maintainer, by=member, reason=reason)


def test_a_member_is_let_in_without_a_reason(report: Report, member: User) -> None:
    other = factories.member()

    assert share(report, other, by=member, reason="").reason == sharing.BY_MEMBERSHIP


@pytest.mark.parametrize("role", [Role.REPORTER, Role.CO_REPORTER, Role.BREAK_GLASS])
def test_a_role_that_comes_about_by_itself_is_not_given(
    report: Report, member: User, maintainer: User, role: Role
) -> None:
    with pytest.raises(Refused, match="not given"):
        share(report, maintainer, by=member, role=role)


def test_the_same_role_is_given_once(report: Report, member: User, maintainer: User) -> None:
    share(report, maintainer, by=member)

    with pytest.raises(Refused, match="is let in as developer already"):
        share(report, maintainer, by=member)


def test_what_only_the_database_sees_in_time_is_refused_too(report: Report, member: User, maintainer: User) -> None:
    """As for two clicks at the same moment; here a clock of ours lags behind the database's."""
    now = timezone.now()
    share(report, maintainer, by=member, now=now - timedelta(hours=3), until=now - timedelta(hours=1))

    with pytest.raises(Refused, match="is let in as developer already"):
        share(report, maintainer, by=member, now=now - timedelta(hours=2))

    assert kinds(report).count(EventKind.ACCESS_GRANTED) == 1


def test_an_end_before_the_beginning_is_refused(report: Report, member: User, maintainer: User) -> None:
    with pytest.raises(Refused, match="end before it began"):
        share(report, maintainer, by=member, until=NOW)


@pytest.mark.clause("P8")
def test_one_that_has_run_out_opens_nothing_and_makes_room(report: Report, member: User, maintainer: User) -> None:
    share(report, maintainer, by=member, now=NOW - timedelta(days=1), until=NOW - timedelta(hours=1))
    run_out = sees(maintainer, report)

    share(report, maintainer, by=member)

    assert (run_out, sees(maintainer, report)) == (False, True)


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.REVIEWER, Role.RELEASER, Role.OBSERVER])
@pytest.mark.clause("P27")
def test_the_patch_team_lets_nobody_in(report: Report, member: User, maintainer: User, role: Role) -> None:
    share(report, maintainer, by=member, role=role)

    with acting_as(factories.looking(maintainer, is_member=False)), pytest.raises(Refused, match="does not include"):
        sharing.share(report, to=factories.maintainer(), role=Role.OBSERVER, reason="A friend.", by=maintainer, now=NOW)


@pytest.mark.clause("P8")
def test_revoked_it_opens_nothing_more_and_stays_on_record(report: Report, member: User, maintainer: User) -> None:
    grant = share(report, maintainer, by=member)

    with acting_as(factories.looking(member)):
        sharing.revoke(grant, by=member, now=NOW)
        with pytest.raises(Refused, match="already"):
            sharing.revoke(grant, by=member, now=NOW)

    assert not sees(maintainer, report)
    with acting_as(SYSTEM):
        kept = Grant.objects.get(pk=grant.pk)
    assert (kept.revoked_at, kept.revoked_by) == (NOW, member)
    assert kinds(report).count(EventKind.ACCESS_REVOKED) == 1


def test_the_reporters_own_grant_is_not_revoked_but_their_links_end(report: Report, member: User) -> None:
    with acting_as(factories.looking(member)):
        grant = Grant.objects.get(report=report, role=Role.REPORTER)
        with pytest.raises(Refused, match="end their links instead"):
            sharing.revoke(grant, by=member, now=NOW)
        ended = [sharing.end_links(grant.reporter, by=member, now=NOW) for _ in range(2)]
        open_ones = AccessKey.objects.filter(report=report, revoked_at=None).count()

    assert (ended, open_ones) == ([1, 0], 0)
    assert kinds(report).count(EventKind.LINKS_ENDED) == 1


# --- walls --------------------------------------------------------------------------------------------------


@pytest.mark.clause("P8")
def test_a_recusal_outweighs_membership_and_grants(report: Report, member: User) -> None:
    other = factories.member(name="Rita Recused")
    share(report, other, by=member, role=Role.COORDINATOR)

    with acting_as(factories.looking(member)):
        walls.recuse(report, who=other, reason="", by=member, now=NOW)
        seen_by_the_others = Recusal.objects.filter(report=report, user=other).count()

    assert (sees(other, report, is_member=True), sees(other, report), seen_by_the_others) == (False, False, 1)
    assert kinds(report)[-1] == EventKind.RECUSED


@pytest.mark.clause("P8", "P24")
def test_who_recuses_themselves_hands_coordination_back(report: Report, member: User) -> None:
    other = factories.member()
    with acting_as(factories.looking(member)):
        coordination.take(report, by=member, now=NOW)
        walls.recuse(report, who=member, reason="I wrote it.", by=member, now=NOW)

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.coordinator is None
    assert told(report, NoticeKind.UNOWNED) == {other}


def test_the_last_who_can_see_it_cannot_be_recused(report: Report, member: User) -> None:
    with acting_as(factories.looking(member)), pytest.raises(Refused, match="last of the team"):
        walls.recuse(report, who=member, reason="", by=member, now=NOW)


def test_who_is_not_of_the_team_loses_a_grant_instead(report: Report, member: User, maintainer: User) -> None:
    share(report, maintainer, by=member)

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="not of the team"):
        walls.recuse(report, who=maintainer, reason="", by=member, now=NOW)


def test_a_recused_person_is_not_let_in_by_a_grant(report: Report, member: User) -> None:
    other = factories.member()
    with acting_as(factories.looking(member)):
        walls.recuse(report, who=other, reason="", by=member, now=NOW)

    with pytest.raises(Refused, match="is recused from it"):
        share(report, other, by=member)


def test_a_lifted_recusal_opens_the_report_again(report: Report, member: User) -> None:
    other = factories.member()
    with acting_as(factories.looking(member)):
        walls.recuse(report, who=other, reason="", by=member, now=NOW)
        recusal = Recusal.objects.get(report=report)
        walls.lift_recusal(recusal, by=member, now=NOW)
        with pytest.raises(Refused, match="already"):
            walls.lift_recusal(recusal, by=member, now=NOW)

    assert sees(other, report, is_member=True)


@pytest.mark.clause("P8")
def test_restricted_it_is_open_to_the_named_alone(report: Report, member: User, maintainer: User) -> None:
    kept, other, lead = factories.member(), factories.member(), factories.member(lead=True)
    share(report, maintainer, by=member)

    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[kept], reason="It concerns the lead.", by=member, now=NOW)

    assert [sees(user, report, is_member=True) for user in (member, kept, other, lead)] == [True, True, False, False]
    assert sees(maintainer, report)
    with acting_as(SYSTEM):
        assert set(notices.team_of(report)) == {member, kept}
        assert set(notices.teams_of([report])[report.pk]) == {member, kept}


@pytest.mark.clause("P8")
def test_whoever_of_the_team_is_not_named_again_loses_what_an_earlier_restriction_gave(
    report: Report, member: User, maintainer: User
) -> None:
    once = factories.member()
    share(report, maintainer, by=member)
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[once], reason="It concerns the lead.", by=member, now=NOW)
    with acting_as(factories.looking(once)):
        walls.lift_restriction(report, by=once, now=NOW)

    with acting_as(factories.looking(again(member))):
        walls.restrict(report, keep=[], reason="It concerns them, too.", by=again(member), now=NOW)

    assert [sees(user, report, is_member=True) for user in (member, once)] == [True, False]
    assert sees(maintainer, report)
    assert kinds(report).count(EventKind.ACCESS_REVOKED) == 1


@pytest.mark.clause("P8")
def test_on_a_restricted_report_only_the_role_counts(report: Report, member: User) -> None:
    observer = factories.member()
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns the lead.", by=member, now=NOW)
    share(report, observer, by=member, role=Role.OBSERVER)

    with acting_as(factories.looking(observer)):
        allowed = {permission for permission in Permission if observer.has_perm(permission, report)}
    with acting_as(factories.looking(member)):
        asking = again(member)
        own = {permission for permission in Permission if asking.has_perm(permission, report)}

    assert allowed == {Permission.SEE}
    assert own == MEMBER - {Permission.REVIEW_QUARANTINE}


def test_a_coordinator_who_loses_sight_coordinates_no_more(report: Report, member: User) -> None:
    other = factories.member()
    with acting_as(factories.looking(other)):
        coordination.take(report, by=other, now=NOW)

    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns them.", by=member, now=NOW)
        report.refresh_from_db()

    assert report.coordinator is None
    assert told(report, NoticeKind.UNOWNED) == {member}


def test_the_last_of_the_named_cannot_be_shut_out(report: Report, member: User) -> None:
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns the lead.", by=member, now=NOW)
        own = Grant.objects.get(report=report, user=member)
        with pytest.raises(Refused, match="last of the team"):
            sharing.revoke(own, by=member, now=NOW)


def test_whose_sight_would_run_out_keeps_it_when_named(report: Report, member: User) -> None:
    guest = factories.member()
    share(report, guest, by=member, role=Role.COORDINATOR, until=timezone.now() + timedelta(days=1))

    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[guest], reason="It concerns the lead.", by=member, now=NOW)

    with acting_as(SYSTEM):
        assert set(sharing.lasting(report).values_list("user_id", flat=True)) == {member.pk, guest.pk}


def test_whose_sight_runs_out_does_not_count_as_another_of_the_named(report: Report, member: User) -> None:
    guest = factories.member()
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns the lead.", by=member, now=NOW)
        own = Grant.objects.get(report=report, user=member)
    share(report, guest, by=again(member), until=timezone.now() + timedelta(days=1))

    with acting_as(factories.looking(member)):
        with pytest.raises(Refused, match="last of the team"):
            sharing.revoke(own, by=member, now=NOW)
        with pytest.raises(Refused, match="last of the team"):
            walls.recuse(report, who=member, reason="", by=member, now=NOW)


@pytest.mark.parametrize("reason", ["", " "])
def test_restricting_takes_a_reason(report: Report, member: User, reason: str) -> None:
    with acting_as(factories.looking(member)), pytest.raises(Refused, match="Say why"):
        walls.restrict(report, keep=[], reason=reason, by=member, now=NOW)


def test_it_is_restricted_once_and_lifted_once(report: Report, member: User) -> None:
    other = factories.member()
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns them.", by=member, now=NOW)
        with pytest.raises(Refused, match="restricted already"):
            walls.restrict(report, keep=[], reason="It concerns them.", by=member, now=NOW)
        walls.lift_restriction(report, by=member, now=NOW)
        with pytest.raises(Refused, match="not restricted"):
            walls.lift_restriction(report, by=member, now=NOW)

    assert sees(other, report, is_member=True)


def test_the_database_refuses_a_second_restriction(report: Report, member: User) -> None:
    with acting_as(SYSTEM):
        Restriction.objects.create(report=report, reason="Once.", restricted_by=member)
        with transaction.atomic(), pytest.raises(IntegrityError):
            Restriction.objects.create(report=report, reason="Twice.", restricted_by=member)


# --- the emergency ------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(settings: Settings) -> User:
    person: User = factories.UserFactory.create(name="Ada Administrator", is_administrator=True)
    settings.BREAK_GLASS_GITHUB_IDS = [person.github_id]
    return person


@pytest.mark.clause("P8")
def test_breaking_the_glass_opens_one_report_for_an_hour_and_tells_everybody(
    report: Report, member: User, administrator: User, settings: Settings
) -> None:
    other = factories.receipt().report
    now = timezone.now()

    emergency.break_glass(report.reference, reason=WHY, by=administrator, now=now)

    assert (sees(administrator, report), sees(administrator, other)) == (True, False)
    with acting_as(SYSTEM):
        grant = Grant.objects.select_related("report").get(user=administrator)
        assert (grant.role, grant.reason, grant.expires_at) == (Role.BREAK_GLASS, WHY, now + timedelta(hours=1))
    assert told(report, NoticeKind.GLASS_BROKEN) == {member, settings.POLICY.organisation.escalation_address}
    assert kinds(report)[-1] == EventKind.GLASS_BROKEN


def test_after_the_hour_it_is_closed_again(report: Report, administrator: User) -> None:
    emergency.break_glass(
        report.reference, reason=WHY, by=administrator, now=timezone.now() - timedelta(hours=1, seconds=1)
    )

    assert not sees(administrator, report)


def test_in_an_emergency_one_reads_and_notes_and_decides_nothing(report: Report, administrator: User) -> None:
    emergency.break_glass(report.reference, reason=WHY, by=administrator, now=timezone.now())

    with acting_as(factories.looking(administrator, is_member=False)):
        allowed = {permission for permission in Permission if administrator.has_perm(permission, report)}

    assert allowed == {Permission.SEE, Permission.NOTE}


def test_any_member_ends_it_at_once(report: Report, member: User, administrator: User) -> None:
    emergency.break_glass(report.reference, reason=WHY, by=administrator, now=timezone.now())

    with acting_as(factories.looking(member)):
        sharing.revoke(Grant.objects.get(user=administrator), by=member, now=timezone.now())

    assert not sees(administrator, report)


@pytest.mark.clause("P8")
def test_only_a_named_administrator_breaks_the_glass(report: Report, member: User, settings: Settings) -> None:
    unnamed = factories.UserFactory.create(is_administrator=True)
    named_but_no_administrator = factories.maintainer()
    settings.BREAK_GLASS_GITHUB_IDS = [named_but_no_administrator.github_id]

    for person in (unnamed, named_but_no_administrator, member):
        with pytest.raises(Refused, match="Only administrators"):
            emergency.break_glass(report.reference, reason=WHY, by=person, now=NOW)

    with acting_as(SYSTEM):
        assert not Grant.objects.filter(role=Role.BREAK_GLASS).exists()


@pytest.mark.parametrize(
    ("reference", "reason", "sentence"),
    [("WSC-0000-0000", WHY, "no report with this reference"), ("", "urgent", "Say in a sentence")],
)
def test_an_emergency_names_a_report_and_a_reason(
    report: Report, administrator: User, reference: str, reason: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        emergency.break_glass(reference or report.reference, reason=reason, by=administrator, now=NOW)


def test_a_recused_administrator_stays_outside(report: Report, administrator: User) -> None:
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=administrator)

    with pytest.raises(Refused, match="recused"):
        emergency.break_glass(report.reference, reason=WHY, by=administrator, now=NOW)
