"""Reports that say the same: found, grouped by a member, and told to nobody who may not know the others."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import forgetting
from reports.enums import EventKind, Role, State
from reports.flood import grouping, likeness
from reports.guards import Refused
from reports.models import Grant, Grouping, LikenessMark, Recusal, Report, ReportEvent
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

SCAN = (
    "While I looked at your site I found that the header Strict-Transport-Security is missing on the host {host}. "
    "An attacker on the same network could read the traffic of your users. Please add the header with a long age. "
    "Looking forward to your bounty for this report."
)


def scan(host: str) -> Report:
    return factories.receipt(
        summary=f"Missing header on {host}", description=SCAN.format(host=host), token=f"scan {host}"
    ).report


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


def near(report: Report, *, by: User, is_member: bool = True) -> list[Report]:
    with acting_as(factories.looking(by, is_member=is_member)):
        return [alike.report for alike in likeness.near(report)]


def group(*reports: Report, by: User) -> int:
    with acting_as(factories.looking(by)):
        return grouping.group(reports[0], reports[1:], by=by, now=timezone.now())


def beside(report: Report, *, by: User, is_member: bool = True) -> list[Report]:
    with acting_as(factories.looking(by, is_member=is_member)):
        return grouping.beside(report)


def kinds(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        wanted = [EventKind.GROUPED, EventKind.UNGROUPED]
        return list(ReportEvent.objects.filter(report=report, kind__in=wanted).values_list("kind", flat=True))


def test_nearly_the_same_reports_are_found_and_others_are_not(member: User) -> None:
    first, second, third = scan("one.example.org"), scan("two.example.org"), scan("three.example.net")
    factories.receipt()

    assert set(near(first, by=member)) == {second, third}


def test_a_report_that_says_nothing_is_like_none(member: User) -> None:
    silent = [factories.receipt(summary="…", description="!?", token=f"{number}").report for number in range(2)]

    assert near(silent[0], by=member) == []


@pytest.mark.clause("P2")
def test_a_member_groups_what_belongs_together_and_each_history_tells_it(member: User) -> None:
    first, second, third = (scan(f"{number}.example.org") for number in "abc")

    size = group(first, second, third, by=member)

    assert size == 3
    assert beside(second, by=member) == [first, third]
    assert [kinds(report) for report in (first, second, third)] == [[EventKind.GROUPED]] * 3


def test_to_group_again_changes_nothing_and_two_groups_become_one(member: User) -> None:
    first, second, third, fourth = (scan(f"{number}.example.org") for number in "abcd")
    group(first, second, by=member)
    group(third, fourth, by=member)

    sizes = [group(first, second, by=member), group(second, third, by=member)]

    assert sizes == [2, 4]
    assert beside(first, by=member) == [second, third, fourth]
    assert kinds(first) == [EventKind.GROUPED]


def test_one_taken_out_is_alone_and_can_come_back(member: User) -> None:
    first, second, third = (scan(f"{number}.example.org") for number in "abc")
    group(first, second, third, by=member)

    with acting_as(factories.looking(member)):
        grouping.ungroup(first, by=member, now=timezone.now())
        with pytest.raises(Refused):
            grouping.ungroup(first, by=member, now=timezone.now())
    apart = (beside(first, by=member), beside(second, by=member))
    group(first, second, by=member)

    assert apart == ([], [third])
    assert beside(first, by=member) == [second, third]
    assert kinds(first) == [EventKind.GROUPED, EventKind.UNGROUPED, EventKind.GROUPED]


def test_a_report_alone_is_no_group(member: User) -> None:
    first = scan("a.example.org")

    with pytest.raises(Refused, match="Choose at least one other report"):
        group(first, first, by=member)


@pytest.mark.clause("P8")
def test_whoever_may_not_read_the_others_learns_of_no_likeness_and_no_group(member: User) -> None:
    first, second = scan("a.example.org"), scan("b.example.org")
    group(first, second, by=member)
    developer, recused = factories.maintainer(), factories.member()
    with acting_as(SYSTEM):
        Grant.objects.create(report=first, user=developer, role=Role.DEVELOPER, reason="Fixes it.")
        Recusal.objects.create(report=second, user=recused, reason="Knows them.")
        coordinator = factories.maintainer()
        Grant.objects.create(report=first, user=coordinator, role=Role.COORDINATOR, reason="Leads it.")

    for user, is_member in ((developer, False), (recused, True), (coordinator, False)):
        assert near(first, by=user, is_member=is_member) == []
        assert beside(first, by=user, is_member=is_member) == []
        with acting_as(factories.looking(user, is_member=is_member)):
            assert Grouping.objects.count() == 1


@pytest.mark.clause("P8")
def test_a_reporter_sees_neither_marks_nor_groups(member: User) -> None:
    receipt = factories.receipt(description=SCAN)
    group(receipt.report, scan("b.example.org"), by=member)

    with acting_as(receipt.reporter.viewer):
        seen = (Grouping.objects.count(), LikenessMark.objects.count(), ReportEvent.objects.count())

    assert seen == (0, 0, 0)


@pytest.mark.clause("P8")
def test_a_group_does_not_draw_in_what_the_member_may_not_read(member: User) -> None:
    first, second, third = (scan(f"{number}.example.org") for number in "abc")
    group(second, third, by=member)
    other = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=third, user=other, reason="Knows them.")

    group(first, second, by=other)

    assert beside(first, by=other) == [second]
    assert set(beside(first, by=member)) == {second, third}


@pytest.mark.clause("P8")
def test_only_who_may_coordinate_a_report_groups_it() -> None:
    first, second = scan("a.example.org"), scan("b.example.org")
    developer = factories.maintainer()
    with acting_as(SYSTEM):
        for report in (first, second):
            Grant.objects.create(report=report, user=developer, role=Role.DEVELOPER, reason="Fixes it.")

    with acting_as(factories.looking(developer, is_member=False)), pytest.raises(Refused):
        grouping.group(first, [second], by=developer, now=timezone.now())

    assert kinds(first) == kinds(second) == []


def test_an_erased_report_is_like_none(member: User) -> None:
    first, second = scan("a.example.org"), scan("b.example.org")
    with acting_as(SYSTEM):
        Report.objects.filter(pk=second.pk).update(state=State.CLOSED, closed_at=timezone.now())
        forgetting.erase(Report.objects.get(pk=second.pk), now=timezone.now())

    assert near(first, by=member) == []


def test_how_many_there_are_costs_no_further_query(member: User, django_assert_num_queries: object) -> None:
    first = scan("a.example.org")
    for number in range(5):
        scan(f"{number}.example.org")

    with acting_as(factories.looking(member)), django_assert_num_queries(2):  # type: ignore[operator]
        likeness.near(first)


def test_reports_from_before_are_marked_by_a_command_that_can_run_twice(member: User) -> None:
    first, second = scan("a.example.org"), scan("b.example.org")
    with acting_as(SYSTEM):
        LikenessMark.objects.all().delete()

    told = [StringIO(), StringIO()]
    for out in told:
        call_command("mark_likeness", stdout=out)

    assert near(first, by=member) == [second]
    assert ["2 reports" in told[0].getvalue(), "0 reports" in told[1].getvalue()] == [True, True]
