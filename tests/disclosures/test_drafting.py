"""Writing an advisory and approving it: revisions, conflicts, four eyes, and what is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from disclosures import approving, drafting, publishing, ratings
from disclosures.draft import Draft, draft_of, from_json
from disclosures.drafting import Conflict
from disclosures.ecosystems import Ecosystem
from disclosures.models import Advisory, Approval, Revision
from disclosures.snapshot import Range
from portal.viewer import SYSTEM, acting_as
from reports import checklist, coordination
from reports.checklist import Plan
from reports.enums import EventKind, NoticeKind, Role, State
from reports.guards import Refused
from reports.models import Grant, Notification, Report, ReportEvent
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import CVSS31, CVSS40, approved_advisory, complete_draft, report_of, written_advisory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wadm")


@pytest.fixture
def report(project: Project) -> Report:
    return report_of(project, now=NOW - timedelta(days=9))


@pytest.fixture
def author() -> User:
    return factories.member(name="Anna Author")


@pytest.fixture
def approver() -> User:
    return factories.member(name="Arne Approver")


def content_of(advisory: Advisory) -> Draft:
    return from_json(approving.newest_revision(advisory).content)


def as_rows(advisory: Advisory) -> object:
    """The advisory and its rows, in the order of a draft's fields."""
    products = [
        (
            product.project_id,
            product.ecosystem,
            product.package,
            [(r.introduced, r.last_affected, r.fixed_in) for r in product.ranges.all()],
        )
        for product in advisory.products.all()
    ]
    return advisory.title, advisory.severity, products, [(each.kind, each.url) for each in advisory.references.all()]


def events(report: Report) -> list[tuple[str, object]]:
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=report, kind__contains="a").order_by("pk")
        ours = ("advisory_begun", "advisory_written", "advisory_approved", "approval_withdrawn", "advisory_commented")
        return [(row.kind, row.details) for row in rows if row.kind in ours]


def asked_to_approve() -> set[User]:
    with acting_as(SYSTEM):
        asked = Notification.objects.filter(kind=NoticeKind.APPROVAL_ASKED).select_related("user")
        return {notice.user for notice in asked if notice.user}


def test_an_advisory_begins_with_the_facts_of_its_report_and_nothing_of_the_conversation(
    report: Report, project: Project, author: User
) -> None:
    archived = factories.ProjectFactory.create(archived_at=NOW)
    with acting_as(factories.looking(author)):
        coordination.set_projects(report, [project, archived], by=author, now=NOW)
        coordination.assess(report, vectors=[CVSS40], cwe_ids=["CWE-22"], by=author, now=NOW)
        checklist.plan(report, project, meant=Plan(fixed_version="1.4.2"), by=author, now=NOW)
        advisory = drafting.begin(report, by=author, now=NOW)
        draft = content_of(advisory)

    assert (draft.cvss31, draft.cvss40, draft.cwe_ids) == ("", CVSS40, ("CWE-22",))
    assert [(each.project, each.ecosystem, each.package, each.ranges) for each in draft.products] == [
        (project.pk, Ecosystem.OTHER, "", (Range(fixed_in="1.4.2"),))
    ]
    assert draft.fix.startswith("Update:\n\n- wadm to 1.4.2 or later\n")
    assert (draft.title, advisory.severity) == ("", "high")
    assert events(report) == [("advisory_begun", {"advisory": advisory.pk})]


def test_each_change_makes_a_revision_and_the_same_words_again_make_none(
    report: Report, project: Project, author: User
) -> None:
    draft = complete_draft(project)
    with acting_as(factories.looking(author)):
        advisory = drafting.begin(report, by=author, now=NOW)
        written = drafting.write(advisory, draft, by=author, base_revision=1, now=NOW, summary="All of it")
        again = drafting.write(advisory, draft, by=author, base_revision=2, now=LATER)
        numbers = list(advisory.revisions.values_list("number", flat=True))
        kept, by_rows = as_rows(Advisory.objects.get()), draft_of(Advisory.objects.get())

    assert (numbers, again) == ([1, 2], written)
    assert from_json(written.content) == by_rows == draft
    assert kept == (
        "Path traversal in the file provider",
        "high",
        [(project.pk, "rust", "wadm", [("1.0.0", "", "1.4.2")])],
        [("fix", "https://example.org/fixed")],
    )
    assert events(report)[1:] == [("advisory_written", {"advisory": advisory.pk, "revision": 2})]


def test_of_two_who_write_at_once_the_second_is_told_what_the_first_wrote_and_can_go_on(
    report: Report, project: Project, author: User, approver: User
) -> None:
    advisory = written_advisory(report, by=author)
    theirs = complete_draft(project, title="What the other one wrote")
    mine = complete_draft(project, title="What I wrote")
    with acting_as(factories.looking(approver)):
        drafting.write(Advisory.objects.get(), theirs, by=approver, base_revision=2, now=NOW)
    with acting_as(factories.looking(author)):
        with pytest.raises(Conflict) as conflict:
            drafting.write(advisory, mine, by=author, base_revision=2, now=LATER)
        kept = content_of(advisory)
        drafting.write(advisory, mine, by=author, base_revision=conflict.value.newest.number, now=LATER)
        numbers = list(advisory.revisions.values_list("number", flat=True))

    assert (conflict.value.newest.number, kept) == (3, theirs)
    assert (numbers, content_of_as_system(advisory)) == ([1, 2, 3, 4], mine)


def content_of_as_system(advisory: Advisory) -> Draft:
    with acting_as(SYSTEM):
        return content_of(advisory)


@pytest.mark.clause("P30")
def test_an_advisory_is_approved_by_somebody_who_has_not_written_it(
    report: Report, author: User, approver: User
) -> None:
    advisory = written_advisory(report, by=author)

    with acting_as(factories.looking(author)), pytest.raises(Refused, match="You have written part of it yourself"):
        approving.approve(advisory, 2, by=author, now=LATER)
    with acting_as(factories.looking(approver)):
        theirs = Advisory.objects.get()
        first = approving.approve(theirs, 2, by=approver, now=LATER)
        again = approving.approve(theirs, 2, by=approver, now=LATER)
        approved = publishing.approved(theirs)

    assert (first, approved.number if approved else 0) == (again, 2)
    assert events(report)[2:] == [("advisory_approved", {"advisory": advisory.pk, "revision": 2})]


def test_whoever_has_changed_a_word_since_the_last_publication_is_an_author(
    report: Report, project: Project, author: User, approver: User
) -> None:
    advisory = approved_advisory(report, by=author, approved_by=approver)
    with acting_as(SYSTEM):
        Revision.objects.filter(number=2).update(published_at=NOW)
    with acting_as(factories.looking(approver)):
        drafting.write(
            Advisory.objects.get(), complete_draft(project, fix="Update."), by=approver, base_revision=2, now=NOW
        )
        with pytest.raises(Refused, match="written part of it"):
            approving.approve(Advisory.objects.get(), 3, by=approver, now=LATER)
    with acting_as(factories.looking(author)):
        approving.approve(Advisory.objects.get(), 3, by=author, now=LATER)
        approved = publishing.approved(advisory)

    assert approved is not None
    assert approved.number == 3


def test_editing_after_the_approval_asks_again(report: Report, project: Project, author: User, approver: User) -> None:
    advisory = approved_advisory(report, by=author, approved_by=approver)
    with acting_as(factories.looking(author)):
        before = publishing.approved(advisory)
        drafting.write(advisory, complete_draft(project, fix="Update soon."), by=author, base_revision=2, now=LATER)
        after = publishing.approved(advisory)

    assert (before.number if before else None, after) == (2, None)
    with acting_as(SYSTEM):
        facts = set(
            Notification.objects.filter(user=approver, kind=NoticeKind.APPROVAL_ASKED).values_list(
                "dedupe_key", flat=True
            )
        )
    assert facts == {f"approval_asked:advisory:{advisory.pk}:{earlier}:user:{approver.pk}" for earlier in (0, 1)}


def test_what_was_approved_can_be_taken_back_by_anybody_who_may_approve(
    report: Report, author: User, approver: User
) -> None:
    advisory = approved_advisory(report, by=author, approved_by=approver)
    with acting_as(factories.looking(author)):
        approving.withdraw_approval(advisory, by=author, now=LATER)
        approved = publishing.approved(advisory)
        with pytest.raises(Refused, match="There is no approval to take back"):
            approving.withdraw_approval(advisory, by=author, now=LATER)

    assert approved is None
    assert events(report)[3:] == [("approval_withdrawn", {"advisory": advisory.pk, "revision": 2})]


@pytest.mark.clause("P30")
def test_what_lacks_something_is_not_approved_and_the_refusal_says_what(
    report: Report, project: Project, author: User, approver: User
) -> None:
    advisory = written_advisory(report, by=author, draft=complete_draft(project, details="", cwe_ids=()))

    with acting_as(factories.looking(approver)), pytest.raises(Refused) as refusal:
        approving.approve(Advisory.objects.get(pk=advisory.pk), 2, by=approver, now=LATER)

    assert str(refusal.value) == (
        "It is not complete yet. Details: nothing is written yet. The weakness (CWE) is missing."
    )
    assert asked_to_approve() == set()


def test_a_revision_that_is_not_the_newest_is_not_approved(
    report: Report, project: Project, author: User, approver: User
) -> None:
    advisory = written_advisory(report, by=author)
    with acting_as(factories.looking(author)):
        drafting.write(advisory, complete_draft(project, fix="Update."), by=author, base_revision=2, now=NOW)

    with acting_as(factories.looking(approver)), pytest.raises(Refused, match="Meanwhile there is revision 3"):
        approving.approve(Advisory.objects.get(), 2, by=approver, now=LATER)
    with acting_as(SYSTEM):
        assert not Approval.objects.exists()


def test_those_are_asked_to_approve_who_may_and_have_not_written_it(
    report: Report, author: User, approver: User
) -> None:
    helper, observer = factories.maintainer(), factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=helper, role=Role.REVIEWER, reason="Knows it.")
        Grant.objects.create(report=report, user=observer, role=Role.OBSERVER, reason="Watches.")

    written_advisory(report, by=author)

    assert asked_to_approve() == {approver, helper}


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.BREAK_GLASS])
@pytest.mark.clause("P27")
def test_who_does_not_work_on_the_fix_neither_writes_nor_approves(report: Report, author: User, role: Role) -> None:
    written_advisory(report, by=author)
    outsider = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=outsider, role=role, reason="Looks on.")

    with acting_as(factories.looking(outsider, is_member=False)):
        advisory = Advisory.objects.get()
        for attempt in (
            lambda: drafting.begin(advisory.report, by=outsider, now=NOW),
            lambda: drafting.write(advisory, Draft(), by=outsider, base_revision=2, now=NOW),
            lambda: drafting.comment(advisory, "Hm.", by=outsider, now=NOW),
            lambda: approving.approve(advisory, 2, by=outsider, now=NOW),
            lambda: approving.withdraw_approval(advisory, by=outsider, now=NOW),
        ):
            with pytest.raises(Refused, match="Your role on this report does not include that"):
                attempt()

    assert [kind for kind, _ in events(report)] == [EventKind.ADVISORY_BEGUN, EventKind.ADVISORY_WRITTEN]


@pytest.mark.parametrize("state", [State.RECEIVED, State.CLOSED])
def test_nothing_is_begun_where_there_is_nothing_to_tell(project: Project, author: User, state: State) -> None:
    report = report_of(project)
    report.state = state

    with acting_as(factories.looking(author)), pytest.raises(Refused, match="there is nothing to tell the world"):
        drafting.begin(report, by=author, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cvss31": CVSS40}, "A vector of CVSS:3.1 begins with CVSS:3.1/."),
        ({"cvss40": "CVSS:4.0/AV:N"}, "The CVSS vector is not right"),
    ],
)
def test_a_vector_that_is_none_is_refused(
    report: Report, project: Project, author: User, wrong: dict[str, str], sentence: str
) -> None:
    with acting_as(factories.looking(author)):
        advisory = drafting.begin(report, by=author, now=NOW)
        with pytest.raises(Refused, match=sentence):
            drafting.write(advisory, complete_draft(project, **wrong), by=author, base_revision=1, now=NOW)
        numbers = list(advisory.revisions.values_list("number", flat=True))

    assert numbers == [1]


def test_the_graver_of_two_vectors_is_the_severity(project: Project) -> None:
    low = "CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"

    assert ratings.severity_of(complete_draft(project, cvss31=CVSS31, cvss40=low)) == "high"
    assert ratings.severity_of(Draft()) == ""


def test_comments_are_kept_and_settled_once(report: Report, author: User, approver: User) -> None:
    advisory = written_advisory(report, by=author)
    with acting_as(factories.looking(approver)):
        remark = drafting.comment(Advisory.objects.get(), "Is 1.3 affected?", by=approver, now=NOW)
        drafting.settle(remark, by=approver, now=NOW)
        drafting.settle(remark, by=approver, now=LATER)
        kept = [(each.body, each.author, each.settled_at) for each in advisory.comments.all()]

    assert kept == [("Is 1.3 affected?", approver, NOW)]
    assert events(report)[2:] == [("advisory_commented", {"advisory": advisory.pk, "comment": remark.pk})]


def test_an_advisory_starts_with_both_vectors_of_its_report(author: User, report: Report) -> None:
    with acting_as(factories.looking(author)):
        coordination.assess(report, vectors=[CVSS31, CVSS40], cwe_ids=[], by=author, now=NOW)
        begun = drafting.begin(report, by=author, now=NOW)

        first = from_json(begun.revisions.get().content)

    assert (first.cvss31, first.cvss40) == (CVSS31, CVSS40)
