"""What a draft gives away of its report: found from the rows, waived with a reason, and in the way of an approval."""

from datetime import UTC, datetime, timedelta

import pytest

from disclosures import approving, drafting, judging
from disclosures.draft import from_json
from disclosures.enums import CreditAnswerKind, CreditKind
from disclosures.leaks import LeakKind
from disclosures.models import Advisory, Credit, LeakWaiver
from portal.viewer import SYSTEM, acting_as
from reports import checklist, conversation
from reports.access import permissions_on
from reports.checklist import Plan
from reports.enums import DeclineReason, EventKind, NoticeKind, Role, State
from reports.guards import Refused
from reports.models import Grant, Notification, Report, ReportEvent
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import complete_draft, report_of, written_advisory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wadm")


@pytest.fixture
def report(project: Project) -> Report:
    return report_of(project, name="Robin Röster", email="robin@example.net")


@pytest.fixture
def author() -> User:
    return factories.member(name="Anna Author")


@pytest.fixture
def approver() -> User:
    return factories.member(name="Arne Approver")


@pytest.fixture
def developer(report: Report) -> User:
    """Somebody who works on the fix, and may not know who reported it."""
    user = factories.maintainer(name="Dora Developer", github_login="dora-d")
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=user, role=Role.DEVELOPER, reason="Fixes it.")
    return user


def found_by(user: User, advisory: Advisory, *, is_member: bool = True) -> list[tuple[LeakKind, str]]:
    with acting_as(factories.looking(user, is_member=is_member)):
        mine = Advisory.objects.get(pk=advisory.pk)
        draft = from_json(approving.newest_revision(mine).content)
        may = permissions_on(user, mine.report)
        judged = judging.judge(mine, draft).findings
        return [(each.finding.kind, each.finding.found) for each in judged if each.is_open and each.is_shown(may)]


def saying(report: Report, words: str, *, by: User) -> Advisory:
    with acting_as(SYSTEM):
        projects = [named.project for named in report.affected_projects.select_related("project")]
    return written_advisory(report, by=by, draft=complete_draft(*projects, details=words), now=NOW)


@pytest.mark.clause("P8", "P17")
def test_everything_that_the_rows_know_is_looked_for(
    report: Report, project: Project, author: User, developer: User
) -> None:
    note = "The proxy in front of the old cluster drops every header that it does not know."
    with acting_as(factories.looking(author)):
        fork = "https://github.com/example/wadm-ghsa-2c3d-4f5g-6h7j"
        checklist.plan(report, project, meant=Plan(fork_url=fork), by=author, now=NOW)
        conversation.note(report, note, by=author, now=NOW)
    with acting_as(SYSTEM):
        duplicate = factories.receipt(name="Dupe Doppel", email="dd@example.net").report
        Report.objects.filter(pk=duplicate.pk).update(
            state=State.CLOSED, closed_at=NOW, decline_reason=DeclineReason.DUPLICATE, duplicate_of=report
        )

    told = f"Robin Röster, Dupe Doppel and {developer.github_login}; {fork}; {report.reference}; {note}"
    advisory = saying(report, told, by=author)

    assert found_by(author, advisory) == [
        (LeakKind.IDENTITY, "Robin Röster"),
        (LeakKind.IDENTITY, "Dupe Doppel"),
        (LeakKind.PERSON, "dora-d"),
        (LeakKind.INTERNAL, "wadm-ghsa-2c3d-4f5g-6h7j"),
        (LeakKind.INTERNAL, report.reference),
        (LeakKind.COPIED, note.rstrip(".")),
    ]


@pytest.mark.clause("P17")
def test_who_agreed_to_be_thanked_has_not_agreed_to_be_named_in_the_text(report: Report, author: User) -> None:
    advisory = saying(report, "Found by Robin Röster.", by=author)
    with acting_as(SYSTEM):
        Credit.objects.create(
            report=report,
            reporter=report.reporters.get(),
            kind=CreditKind.REPORTER,
            answer=CreditAnswerKind.NAMED,
            answered_at=NOW,
            name="Robin Röster",
            text="Robin Röster",
        )

    assert found_by(author, advisory) == [(LeakKind.IDENTITY, "Robin Röster")]


@pytest.mark.clause("P8")
def test_who_may_not_know_the_reporter_cannot_find_out_by_trying_names(
    report: Report, author: User, approver: User, developer: User
) -> None:
    advisory = saying(report, "Found by Robin Röster. Ask me@example.com.", by=author)

    with acting_as(factories.looking(developer, is_member=False)):
        theirs = Advisory.objects.get()
        judgement = judging.judge(theirs, from_json(approving.newest_revision(theirs).content))
        keys = [each.key for each in judgement.findings]
        with pytest.raises(Refused, match="That is not in the newest revision any more"):
            approving.waive(theirs, keys[0], reason="It is public.", by=developer, now=LATER)
        with pytest.raises(Refused) as refusal:
            approving.approve(theirs, 2, by=developer, now=LATER)

    assert found_by(developer, advisory, is_member=False) == [(LeakKind.ADDRESS, "me@example.com")]
    assert found_by(approver, advisory)[0] == (LeakKind.IDENTITY, "Robin Röster")
    assert str(refusal.value) == (
        "Something in it should perhaps not get out. Details, line 1: This is a mail address. "
        "Something is for a member of the security team to look at."
    )


@pytest.mark.clause("P17")
def test_what_seems_to_leak_is_waived_with_a_reason_before_anybody_can_approve(
    report: Report, author: User, approver: User
) -> None:
    advisory = saying(report, "Write to help@example.com.", by=author)
    with acting_as(factories.looking(approver)):
        mine = Advisory.objects.get()
        with pytest.raises(Refused, match="This is a mail address"):
            approving.approve(mine, 2, by=approver, now=LATER)
        (judged,) = judging.judge(mine, from_json(approving.newest_revision(mine).content)).findings
        with pytest.raises(Refused, match="Say why"):
            approving.waive(mine, judged.key, reason=" ", by=approver, now=LATER)
        asked_before = Notification.objects.filter(kind=NoticeKind.APPROVAL_ASKED).count()
        approving.waive(mine, judged.key, reason="It is the public address.", by=approver, now=LATER)
        approving.waive(mine, judged.key, reason="Twice.", by=approver, now=LATER)
        approving.approve(mine, 2, by=approver, now=LATER)
        waivers = [(each.finding, each.reason) for each in LeakWaiver.objects.all()]
        events = list(ReportEvent.objects.filter(kind=EventKind.LEAK_WAIVED).values_list("details", flat=True))
        asked_after = Notification.objects.filter(kind=NoticeKind.APPROVAL_ASKED).count()

    assert waivers == [(judged.key, "It is the public address.")]
    assert "example" not in judged.key
    assert events == [{"advisory": advisory.pk, "found": "address"}]
    assert (asked_before, asked_after) == (0, 1)


def test_a_waiver_holds_for_the_same_words_in_the_same_field_alone(
    report: Report, project: Project, author: User
) -> None:
    advisory = saying(report, "Write to help@example.com.", by=author)
    with acting_as(factories.looking(author)):
        mine = Advisory.objects.get()
        (judged,) = judging.judge(mine, from_json(approving.newest_revision(mine).content)).findings
        approving.waive(mine, judged.key, reason="It is public.", by=author, now=LATER)
        elsewhere = complete_draft(
            project, details="\n\nWrite to help@example.com, not to me@example.com.", fix="Ask help@example.com."
        )
        drafting.write(mine, elsewhere, by=author, base_revision=2, now=LATER)

    assert found_by(author, advisory) == [(LeakKind.ADDRESS, "me@example.com"), (LeakKind.ADDRESS, "help@example.com")]
