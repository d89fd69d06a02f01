"""Reading an advisory, letting findings pass, remarking and approving, as people do it on its page."""

from http import HTTPStatus

import pytest
from django.http import HttpResponseBase
from django.test import Client

from disclosures import approving, drafting, judging, publishing
from disclosures.draft import Draft, from_json
from disclosures.models import Advisory, Comment
from portal.viewer import SYSTEM, acting_as
from reports.enums import Role
from reports.models import Grant, Report
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import approved_advisory, complete_draft, report_of, written_advisory
from tests.people import browser_of

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example/y.png)"


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wadm")


@pytest.fixture
def report(project: Project) -> Report:
    return report_of(project)


@pytest.fixture
def author() -> User:
    return factories.member(name="Anna Author")


@pytest.fixture
def desk() -> Client:
    return browser_of(factories.member(name="Arne Approver", github_login="arne"))


def place(advisory: Advisory, rest: str = "review/") -> str:
    return f"/reports/{advisory.report.reference}/advisories/{advisory.identifier}/{rest}"


def shown(answer: HttpResponseBase) -> str:
    return " ".join(answer.getvalue().decode().split())


def key_of(advisory: Advisory, *, by: User) -> str:
    with acting_as(factories.looking(by)):
        mine = Advisory.objects.get(pk=advisory.pk)
        (judged,) = judging.judge(mine, from_json(approving.newest_revision(mine).content)).findings
    return judged.key


@pytest.mark.clause("P30")
def test_a_member_reads_and_approves_what_another_wrote(desk: Client, report: Report, author: User) -> None:
    advisory = written_advisory(report, by=author)

    before = shown(desk.get(place(advisory)))
    after = shown(desk.post(place(advisory, "approve/"), {"revision": "2"}, follow=True))
    with acting_as(SYSTEM):
        approved = publishing.approved(advisory)

    assert "Approve revision 2" in before
    assert "Affected: from 1.0.0 up to, but without, 1.4.2. Fixed in 1.4.2." in before.replace("<bdi>", "").replace(
        "</bdi>", ""
    )
    assert "CWE-22: Improper Limitation of a Pathname" in before
    assert "You have approved revision 2." in after
    assert "by arne" in after
    assert approved is not None
    assert approved.number == 2


def test_its_author_is_told_that_somebody_else_must_approve_it(report: Report, author: User) -> None:
    advisory = written_advisory(report, by=author)

    page = shown(browser_of(author).get(place(advisory)))

    assert "Somebody who has not must approve it." in page
    assert "Approve revision 2" not in page


@pytest.mark.parametrize("read", ["1", "", "x", "99999999999999999999"])
def test_only_what_was_read_is_approved(desk: Client, report: Report, author: User, read: str) -> None:
    advisory = written_advisory(report, by=author)

    page = shown(desk.post(place(advisory, "approve/"), {"revision": read}, follow=True))
    with acting_as(SYSTEM):
        approved = publishing.approved(advisory)

    assert "Meanwhile there is revision 2: read that one first." in page
    assert approved is None


def test_an_approval_is_taken_back_on_the_page(desk: Client, report: Report, author: User) -> None:
    advisory = approved_advisory(report, by=author)

    page = shown(desk.post(place(advisory, "approval/withdraw/"), follow=True))

    assert "The approval is taken back." in page
    assert "Approve revision 2" in page


def test_a_finding_is_let_pass_with_a_reason_that_stays_in_sight(
    desk: Client, report: Report, project: Project, author: User
) -> None:
    draft = complete_draft(project, details="Write to help@example.com.")
    advisory = written_advisory(report, by=author, draft=draft)
    finding = key_of(advisory, by=author)

    silent = desk.post(place(advisory, "waive/"), {"finding": finding, "reason": " "})
    unknown = desk.post(place(advisory, "waive/"), {"finding": "f" * 32, "reason": "It is public."})
    passed = desk.post(place(advisory, "waive/"), {"finding": finding, "reason": "Our <public> address."}, follow=True)

    assert (silent.status_code, unknown.status_code) == (HTTPStatus.UNPROCESSABLE_ENTITY,) * 2
    assert "Say why it gives nothing away." in shown(silent)
    assert "by Arne Approver: <bdi>Our &lt;public&gt; address.</bdi>" in shown(passed)


@pytest.mark.clause("P8")
def test_who_may_not_know_the_reporter_sees_no_finding_about_them(
    desk: Client, report: Report, project: Project, author: User
) -> None:
    draft = complete_draft(project, details="Found by Robin Reporter.")
    advisory = written_advisory(report, by=author, draft=draft)
    developer = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=developer, role=Role.DEVELOPER, reason="Fixes it.")
    browser = browser_of(developer)

    theirs = [shown(browser.get(place(advisory, rest))) for rest in ("", "review/")]
    ours = [shown(desk.get(place(advisory, rest))) for rest in ("", "review/")]

    assert [page.count("Should that get out?") for page in theirs] == [0, 0]
    assert [page.count("This says who reported it") for page in ours] == [1, 1]


def test_a_remark_is_added_and_seen_to(desk: Client, report: Report, author: User) -> None:
    advisory = written_advisory(report, by=author)

    empty = desk.post(place(advisory, "comment/"), {"body": ""})
    added = desk.post(place(advisory, "comment/"), {"body": "Is **1.3** affected?"}, follow=True)
    with acting_as(SYSTEM):
        remark = Comment.objects.get()
    settled = desk.post(place(advisory, f"comments/{remark.pk}/settle/"), follow=True)

    assert (empty.status_code, "There is nothing written yet." in shown(empty)) == (422, True)
    assert "Is <strong>1.3</strong> affected?" in shown(added)
    assert "seen to" in shown(settled)


def test_a_remark_of_another_advisory_is_not_settled_here(desk: Client, report: Report, author: User) -> None:
    here, there = written_advisory(report, by=author), written_advisory(report, by=author)
    with acting_as(factories.looking(author)):
        remark = drafting.comment(there, "Hm.", by=author, now=there.changed_at)

    answer = desk.post(place(here, f"comments/{remark.pk}/settle/"))

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_any_two_revisions_can_be_compared(desk: Client, report: Report, project: Project, author: User) -> None:
    advisory = written_advisory(report, by=author)
    with acting_as(factories.looking(author)):
        mine = Advisory.objects.get()
        changed = complete_draft(project, title="A <b>bold</b> title")
        drafting.write(mine, changed, by=author, base_revision=2, now=mine.changed_at, summary="Be bold")

    last = shown(desk.get(place(advisory, "history/")))
    same = shown(desk.get(place(advisory, "history/?old=3&new=3")))
    whole = shown(desk.get(place(advisory, "history/?old=1&new=3")))
    none = desk.get(place(advisory, "history/?old=1&new=99"))
    garbage = shown(desk.get(place(advisory, "history/?old=x&new=")))

    assert "From revision 2 to 3" in last
    assert "A &lt;b&gt;bold&lt;/b&gt; title" in last.replace("<bdi>", "").replace("</bdi>", "").replace(
        "<ins>", ""
    ).replace("</ins>", "")
    assert "Be bold" in last
    assert "The two say the same." in same
    assert "From revision 1 to 3" in whole
    assert "There is no such revision" in shown(none)
    assert "From revision 2 to 3" in garbage


@pytest.mark.parametrize("rest", ["", "review/", "history/"])
def test_hostile_words_stay_words(desk: Client, report: Report, project: Project, author: User, rest: str) -> None:
    draft = complete_draft(project, title=HOSTILE, overview=HOSTILE, details=HOSTILE, workaround=HOSTILE)
    advisory = written_advisory(report, by=author, draft=draft)
    with acting_as(factories.looking(author)):
        drafting.comment(Advisory.objects.get(), HOSTILE, by=author, now=advisory.changed_at)

    page = desk.get(place(advisory, rest)).content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'src="https://evil' not in page


def test_an_empty_draft_can_be_read(desk: Client, report: Report, author: User) -> None:
    advisory = written_advisory(report, by=author, draft=Draft())

    page = shown(desk.get(place(advisory)))

    assert "An advisory without a title" in page
    assert "None is named yet." in page
    assert "Neither is said yet." in page
