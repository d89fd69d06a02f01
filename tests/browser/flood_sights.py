"""The pages about many reports at once, and about the one that becomes public: with words that nobody breaks."""

from collections.abc import Iterator

from django.utils import timezone

from disclosures import publicity
from disclosures.models import PublicIssue
from portal.demo import cast as demo
from portal.viewer import SYSTEM, acting_as
from reports.enums import FindingState
from reports.flood import findings, grouping
from reports.models import Report
from teams.models import Project, User
from tests import factories
from tests.browser.sights import LONG, Sight, of
from tests.people import browser_of
from tests.visitor import Visitor

LIST = f"1. {LONG}\n{LONG} `{LONG}`\n2. Another\n3. A third\n4. A fourth"


def of_floods() -> Iterator[Sight]:
    user = User.objects.get(github_id=demo.CAST[demo.Who.LEAD].github_id)
    browser = browser_of(user)
    receipts = [
        factories.receipt(summary=f"{LONG} {number}", description=LIST, token=f"{number}") for number in range(4)
    ]
    for number in range(3):
        factories.receipt(summary=f"Waits {number}", description=f"{LIST} waits", token=f"w{number}", quarantined=True)
    reports = [receipt.report for receipt in receipts]
    first = reports[0]
    place = f"/reports/{first.reference}/"
    yield of("alike", browser, f"{place}alike/")
    with acting_as(factories.looking(user)):
        grouping.group(first, reports[1:3], by=user, now=timezone.now())
        findings.make(first, of=None, by=user, now=timezone.now())
    _decide(first, by=user)
    for where in ("", "alike/", "alike/decline/", "findings/", "make-public/"):
        yield of(f"of a group: {where or 'the report'}", browser, f"{place}{where}")
    yield of("no findings", browser, f"/reports/{reports[1].reference}/findings/")
    yield of("declining the others, errors", browser, f"{place}alike/decline/", {"message": ""})
    for path in ("/reports/?grouped=1", "/reports/quarantine/"):
        yield of(path, browser, path)
    asked = "&".join(f"chosen={report.reference}" for report in reports)
    yield of("together, asking", browser, f"/reports/together/?move=ask-to-reproduce&{asked}")
    yield of("make public, errors", browser, f"{place}make-public/", {"title": LONG, "text": f"a@b.example {LONG}"})
    issue = _propose(first, by=user)
    yield of("make public, asked", browser, f"{place}make-public/")
    visitor = Visitor()
    track = visitor.enter(receipts[0])
    for name, where in (("reporter's page, asked", track), ("may it become public?", f"{track}public/")):
        yield of(name, visitor.browser, where)
    visitor.post(f"{track}public/", {"answer": "yes", "issue": str(issue.pk)})
    yield of("make public, agreed", browser, f"{place}make-public/")
    yield of("it becomes public", visitor.browser, f"{track}public/")


def _decide(report: Report, *, by: User) -> None:
    with acting_as(factories.looking(by)):
        one, two, three, *_ = report.findings.all()
        findings.decide(report, [one.pk], FindingState.CONFIRMED, by=by, now=timezone.now())
        findings.decide(report, [two.pk], FindingState.REJECTED, by=by, now=timezone.now())
        three.report = report
        findings.split_off(three, by=by, now=timezone.now())


def _propose(report: Report, *, by: User) -> PublicIssue:
    with acting_as(SYSTEM):
        project = Project.objects.filter(archived_at=None)[0]
    with acting_as(factories.looking(by)):
        return publicity.propose(report, project=project, title=LONG, text=LIST, by=by, now=timezone.now())
