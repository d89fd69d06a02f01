"""Advisories for the tests of what comes before the world reads them."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from disclosures import approving, drafting
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.models import Advisory
from disclosures.snapshot import Range, Reference, ReferenceKind
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report
from teams.models import Project, User
from tests import factories

CVSS31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
CVSS40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"


def complete_draft(*projects: Project, **fields: object) -> Draft:
    """A draft that lacks nothing for `projects`: each has a package that is fixed in 1.4.2. `fields` change it."""
    draft = Draft(
        title="Path traversal in the file provider",
        overview="A component can read files outside of the folder that it was given.",
        details="The path is joined before it is decoded, so that an encoded dot escapes the check.",
        fix="Update to 1.4.2 or later.",
        workaround="Run the provider in a container of its own.",
        products=tuple(
            DraftProduct(
                project=project.pk,
                ecosystem=Ecosystem.RUST,
                package=project.name,
                ranges=(Range(introduced="1.0.0", fixed_in="1.4.2"),),
            )
            for project in projects
        ),
        cvss31=CVSS31,
        severity="high",
        cwe_ids=("CWE-22",),
        references=(Reference(url="https://example.org/fixed", kind=ReferenceKind.FIX),),
    )
    return replace(draft, **fields)  # type: ignore[arg-type] # each test names real fields


def report_of(*projects: Project, state: State = State.FIXING, **fields: object) -> Report:
    """A report that has come in, concerns `projects`, and has got as far as `state`."""
    found = factories.receipt(projects=list(projects), project_unknown=not projects, **fields).report  # type: ignore[arg-type]
    with acting_as(SYSTEM):
        Report.objects.filter(pk=found.pk).update(state=state)
        return Report.objects.get(pk=found.pk)


def written_advisory(
    report: Report, *, by: User | None = None, draft: Draft | None = None, now: datetime | None = None
) -> Advisory:
    """An advisory of the report's projects that lacks nothing but approval. `by`: a member of the team, or somebody."""
    author, moment = by or factories.member(), now or timezone.now()
    with acting_as(factories.looking(author)):
        report = Report.objects.get(pk=report.pk)
        advisory = drafting.begin(report, by=author, now=moment)
        projects = [named.project for named in report.affected_projects.select_related("project")]
        drafting.write(advisory, draft or complete_draft(*projects), by=author, base_revision=1, now=moment)
    return advisory


def approved_advisory(
    report: Report,
    *,
    by: User | None = None,
    approved_by: User | None = None,
    draft: Draft | None = None,
    now: datetime | None = None,
) -> Advisory:
    """The same, approved by another member of the team. The report must be past receipt, and not closed."""
    approver, moment = approved_by or factories.member(), now or timezone.now()
    advisory = written_advisory(report, by=by, draft=draft, now=moment)
    with acting_as(factories.looking(approver)):
        mine = Advisory.objects.get(pk=advisory.pk)
        approving.approve(mine, 2, by=approver, now=moment)
    return advisory
