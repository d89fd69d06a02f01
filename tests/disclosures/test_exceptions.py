"""Rules that are not kept this once: two people for an early disclosure, a reason for another day."""

import pytest
from django.db import transaction

from disclosures import exceptions
from disclosures.enums import EarlyGround, ExceptionKind
from disclosures.exceptions import Proposal
from disclosures.models import RuleException
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, Role, State
from reports.guards import Refused
from reports.models import Notification, Report
from teams.models import User
from tests import factories
from tests.disclosures.stage import NOW, Scene, scene
from tests.people import browser_of

pytestmark = pytest.mark.django_db

EARLY = Proposal(
    kind=ExceptionKind.EARLY,
    reason="It is in a public tracker.",
    ground=EarlyGround.EXPLOITED,
    mitigation="Switch the provider off.",
)
ANOTHER_DAY = Proposal(kind=ExceptionKind.ANOTHER_DAY, reason="GitHub was down until midnight.")


def propose(on: Scene, proposal: Proposal = EARLY) -> RuleException:
    with acting_as(factories.looking(on.member)):
        return exceptions.propose(on.report, proposal, by=on.member, now=NOW)


def agree(exception: RuleException, by: User) -> None:
    with acting_as(factories.looking(by)), transaction.atomic():
        exceptions.agree(exception, by=by, now=NOW)


def counting(on: Scene) -> list[tuple[str, bool]]:
    with acting_as(SYSTEM):
        return [(each.kind, each.is_agreed) for each in exceptions.standing(on.report)]


@pytest.mark.clause("P12")
def test_an_early_disclosure_counts_once_somebody_else_has_agreed() -> None:
    on, second = scene(), factories.member()
    exception = propose(on)

    with pytest.raises(Refused, match="You proposed it yourself: somebody else must agree"):
        agree(exception, on.member)
    before = counting(on)
    agree(exception, second)
    with pytest.raises(Refused, match="decided already"):
        agree(exception, second)

    assert (before, counting(on)) == ([("early", False)], [("early", True)])
    assert on.events(EventKind.EXCEPTION_PROPOSED) == [
        {"exception": exception.pk, "of": "early", "ground": "exploited"}
    ]
    assert on.events(EventKind.EXCEPTION_AGREED) == [{"exception": exception.pk}]


@pytest.mark.clause("P12", "P13")
def test_what_people_can_do_by_themselves_is_enough_to_tell_them_before_the_release() -> None:
    on = scene()
    proposal = Proposal(
        kind=ExceptionKind.EARLY,
        reason="The release needs weeks.",
        ground=EarlyGround.MITIGATION,
        mitigation="Switch the provider off.",
    )

    agree(propose(on, proposal), factories.member())

    with acting_as(SYSTEM):
        exception = exceptions.standing(on.report).get()
        assert (exception.is_agreed, exception.mitigation) == (True, "Switch the provider off.")
        assert exception.reason == ("People can help themselves before there is a release. The release needs weeks.")


@pytest.mark.clause("P12")
def test_those_who_could_agree_are_asked_and_nobody_else() -> None:
    on, second = scene(), factories.member(name="Sven Second")
    on.grant(factories.maintainer(name="Dora Developer"), Role.DEVELOPER)

    propose(on)

    with acting_as(SYSTEM):
        told = Notification.objects.filter(kind=NoticeKind.SECOND_ASKED).select_related("user")
        assert sorted(str(row.user) for row in told) == ["Rita Releaser", str(second)]


@pytest.mark.clause("P31")
def test_another_day_counts_with_its_reason_alone() -> None:
    on = scene()

    propose(on, ANOTHER_DAY)

    assert counting(on) == [("another_day", True)]
    assert on.events(EventKind.EXCEPTION_AGREED) == []


@pytest.mark.clause("P12")
@pytest.mark.parametrize(
    ("proposal", "said"),
    [
        (Proposal(kind=ExceptionKind.EARLY, reason=" ", ground=EarlyGround.PUBLIC), "Say why"),
        (Proposal(kind=ExceptionKind.EARLY, reason="It is."), "Choose what makes it necessary"),
        (Proposal(kind=ExceptionKind.EARLY, reason="It is.", ground=EarlyGround.MITIGATION), "Say what people can do"),
        (Proposal(kind=ExceptionKind.EARLY, reason="It is.", ground=EarlyGround.EXPLOITED), "Say what people can do"),
    ],
)
def test_what_is_said_too_briefly_is_refused(proposal: Proposal, said: str) -> None:
    on = scene()

    with pytest.raises(Refused, match=said):
        propose(on, proposal)

    assert counting(on) == []


@pytest.mark.clause("P12", "P31")
@pytest.mark.parametrize("proposal", [EARLY, ANOTHER_DAY])
def test_a_rule_that_was_kept_or_broken_already_is_not_excepted(proposal: Proposal) -> None:
    on = scene(state=State.DISCLOSED)

    with pytest.raises(Refused, match="It is disclosed: that exception is of no use now"):
        propose(on, proposal)


def test_what_was_dropped_counts_no_more_and_can_be_proposed_again() -> None:
    on = scene()
    first = propose(on)
    with pytest.raises(Refused, match="just proposed the same"):
        propose(on)

    with acting_as(factories.looking(on.member)):
        exceptions.drop(first, by=on.member, now=NOW)
    dropped = counting(on)
    propose(on)

    assert (dropped, counting(on)) == ([], [("early", False)])
    with pytest.raises(Refused, match="decided already"):
        agree(first, factories.member())
    assert on.events(EventKind.EXCEPTION_DROPPED) == [{"exception": first.pk}]


def test_what_was_used_stays_as_it_was_decided() -> None:
    on = scene()
    exception = propose(on)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=on.report.pk).update(state=State.DISCLOSED)

    with acting_as(factories.looking(on.member)):
        exception.report.refresh_from_db()
        with pytest.raises(Refused, match="what was decided for that day stands"):
            exceptions.drop(exception, by=on.member, now=NOW)
        with pytest.raises(Refused, match="there is nothing to except any more"):
            agree(exception, factories.member())


@pytest.mark.clause("P27")
def test_whoever_only_works_on_the_fix_decides_nothing() -> None:
    on = scene()
    developer = on.grant(factories.maintainer(), Role.DEVELOPER)
    exception = propose(on)

    with acting_as(factories.looking(developer, is_member=False)):
        for deed in (exceptions.agree, exceptions.drop):
            with pytest.raises(Refused, match="Your role on this report does not include that"):
                deed(exception, by=developer, now=NOW)


# --- The page -----------------------------------------------------------------------------------------------


def place(on: Scene) -> str:
    return f"/reports/{on.report.reference}/exceptions/"


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


@pytest.mark.clause("P12")
def test_two_people_decide_on_the_page() -> None:
    on, second = scene(), factories.member(name="Sven Second")
    first, other = browser_of(on.member), browser_of(second)

    proposed = first.post(
        place(on),
        {"kind": "early", "ground": "public", "reason": "A blog tells it all.", "mitigation": "None."},
        follow=True,
    )
    own = words(first.get(place(on)).content)
    exception = counting_row(on)
    agreed = other.post(f"{place(on)}{exception.pk}/agree/", follow=True)

    assert "It waits for somebody else to agree." in words(proposed.content)
    assert "It is public elsewhere. A blog tells it all." in own
    assert "I agree: do it" not in own
    assert "agreed by Sven Second" in words(agreed.content)


def test_an_incomplete_proposal_comes_back_with_what_was_typed() -> None:
    on = scene()

    answer = browser_of(on.member).post(place(on), {"kind": "early", "reason": "A blog tells it all."})

    assert answer.status_code == 422
    assert "A blog tells it all." in words(answer.content)
    assert "Choose what makes it necessary." in words(answer.content)


def test_an_exception_of_another_report_is_none_of_this_one() -> None:
    on, other = scene("one"), scene("two")
    exception = propose(other)

    answer = browser_of(on.member).post(f"{place(on)}{exception.pk}/drop/")

    assert answer.status_code == 404


def counting_row(on: Scene) -> RuleException:
    with acting_as(SYSTEM):
        return RuleException.objects.get(report=on.report)
