"""What the team and the reporter see of a report that came from GitHub."""

import json
from collections.abc import Iterator

from django.test import Client

from portal.demo import cast as demo
from portal.demo.sample.from_github import GHSA_ID
from portal.viewer import SYSTEM, acting_as
from reports.enums import Errand, OnGitHub
from reports.models import GitHubErrand, GitHubReport
from teams.models import User
from tests.browser.sights import LONG, Sight, of
from tests.people import browser_of


def of_github() -> Iterator[Sight]:
    """The sample's own: as it came, then changed by others, closed there, and not told."""
    browser = browser_of(User.objects.get(github_id=demo.CAST[demo.Who.LEAD].github_id))
    with acting_as(SYSTEM):
        row = GitHubReport.objects.select_related("report").get(ghsa_id=GHSA_ID)
    place = f"/reports/{row.report.reference}/"
    yield of("report from GitHub", browser, place)
    yield of("on GitHub", browser, f"{place}github/")
    with acting_as(SYSTEM):
        row.state, row.changed, row.changed_at = OnGitHub.CLOSED, ["summary", "state"], row.seen_at
        row.content = json.dumps({"summary": LONG})
        row.save(update_fields=["state", "changed", "changed_at", "content"])
        GitHubErrand.objects.create(report=row.report, kind=Errand.STATE, wished=1, attempts=20, problem=LONG[:200])
    yield of("report from GitHub, trouble", browser, place)
    yield of("on GitHub, trouble", browser, f"{place}github/")
    for name, somebody in (("a stranger", Client()), ("somebody", browser)):
        yield of(f"the way in from GitHub, {name}", somebody, f"/r/github/{GHSA_ID}/")
    yield of("projects", browser, "/projects/")
