"""What a new advisory starts from: texts with questions to answer, and facts that the report's team has found.

Nothing of the conversation gets in here. The texts are templates under `disclosures/starters`.
"""

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string

from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.snapshot import Range
from reports.guards import listed
from reports.models import Report
from teams.models import Project


def starting_from(report: Report) -> Draft:
    """Two queries."""
    named = report.affected_projects.select_related("project").filter(project__archived_at=None)
    projects = [each.project for each in named]
    fixed = {fix.project_id: fix.fixed_version for fix in report.fixes.all()}
    words = texts(projects, fixed=fixed)
    return Draft(
        overview=words["overview"],
        details=words["details"],
        fix=words["fix"],
        workaround=words["workaround"],
        products=tuple(_product(project, fixed_in=fixed.get(project.pk, "")) for project in projects),
        cvss31=report.cvss31_vector,
        cvss40=report.cvss40_vector,
        cwe_ids=tuple(report.cwe_ids),
    )


def texts(projects: Sequence[Project], *, fixed: Mapping[int, str]) -> dict[str, str]:
    """`fixed`: the first version with the fix, by the project's id."""
    known = {
        "projects": listed([project.name for project in projects]) or "it",
        "versions": [(project.name, fixed[project.pk]) for project in projects if fixed.get(project.pk)],
    }
    return {
        name: render_to_string(f"disclosures/starters/{name}.txt", known).strip()
        for name in ("overview", "details", "fix", "workaround")
    }


def _product(project: Project, *, fixed_in: str) -> DraftProduct:
    """Which package it is nobody has said: its name is left to the author."""
    ranges = (Range(fixed_in=fixed_in),) if fixed_in else ()
    return DraftProduct(project=project.pk, ecosystem=Ecosystem.OTHER, package="", ranges=ranges)
