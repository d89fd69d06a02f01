"""What an advisory lacks, and the field to go to."""

import pytest

from disclosures.completeness import Affected, missing
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.snapshot import Range
from teams.models import Project
from tests.disclosures.factories import complete_draft

WADM, WASH = Affected(id=1, name="wadm"), Affected(id=2, name="wash")
OLD = Affected(id=3, name="old", is_active=False)
FIXED = Range(introduced="1.0.0", fixed_in="1.4.2")
OPEN = Range(introduced="1.0.0")


def product(*ranges: Range, project: Affected = WADM, package: str = "wadm") -> DraftProduct:
    return DraftProduct(project=project.id, ecosystem=Ecosystem.RUST, package=package, ranges=ranges)


def complete(**fields: object) -> Draft:
    return complete_draft(Project(pk=WADM.id, name=WADM.name), **fields)


@pytest.mark.clause("P30")
def test_an_empty_advisory_lacks_everything() -> None:
    gaps = missing(Draft(), projects=[WADM, WASH, OLD])

    assert [(gap.anchor, gap.sentence) for gap in gaps] == [
        ("id_title", "It has no title."),
        ("id_overview", "Overview: nothing is written yet."),
        ("id_details", "Details: nothing is written yet."),
        ("id_fix", "Fix: nothing is written yet."),
        ("id_workaround", "Describe a workaround, or say that none is known."),
        ("products", "No package of wadm is named as affected."),
        ("products", "No package of wash is named as affected."),
        ("id_cvss31", "Its severity is missing: a CVSS vector, 3.1 or 4.0 or both."),
        ("weaknesses", "The weakness (CWE) is missing."),
    ]


def test_an_archived_project_needs_no_package() -> None:
    assert missing(complete(), projects=[WADM, OLD]) == []


def test_a_project_of_which_another_advisory_tells_needs_no_package_here() -> None:
    elsewhere = Affected(id=WASH.id, name=WASH.name, is_told_elsewhere=True)

    assert missing(complete(), projects=[WADM, elsewhere]) == []
    assert [gap.sentence for gap in missing(complete(), projects=[WADM, WASH])] == [
        "No package of wash is named as affected."
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"details": "It is [[how?]]."}, [("id_details", "Details: answer what stands in [[…]], or take it out.")]),
        ({"workaround": "", "no_workaround": True}, []),
        (
            {"no_workaround": True},
            [("id_workaround", "It describes a workaround, and says that none is known.")],
        ),
        (
            {"workaround": "", "mitigation_only": True},
            [("id_workaround", "There is no release, so the workaround is what people can do: describe it.")],
        ),
        ({"cvss31": "", "cvss40": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"}, []),
        ({"cwe_ids": ("CWE-22", "CWE-99999")}, [("weaknesses", "CWE-99999 is not in the catalogue.")]),
        (
            {"products": ()},
            [("products", "No package of wadm is named as affected.")],
        ),
        (
            {"products": (product(FIXED), product(FIXED, project=WASH))},
            [("id_product-1-project", "A package is of a project that the report does not name as affected.")],
        ),
        (
            {"products": (product(FIXED, Range(introduced="2.0.0", fixed_in="2.1.0")), product(FIXED, package=""))},
            [("id_product-2-package", "wadm: the name of its package is missing.")],
        ),
        (
            {"products": (product(),)},
            [("id_product-0-introduced", "wadm: which versions are affected? 0 stands for all.")],
        ),
        (
            {"products": (product(OPEN),)},
            [("id_product-0-fixed_in", "wadm: the version that has the fix is missing.")],
        ),
        ({"products": (product(OPEN),), "mitigation_only": True}, []),
        (
            {"products": (product(Range(introduced="2.0.0", fixed_in="1.4.2")),)},
            [("id_product-0-introduced", "wadm: The version with the fix, 1.4.2, comes before 2.0.0.")],
        ),
    ],
)
def test_each_gap_says_what_is_missing_and_where(fields: dict[str, object], expected: list[tuple[str, str]]) -> None:
    gaps = missing(complete(**fields), projects=[WADM])

    assert [(gap.anchor, gap.sentence) for gap in gaps] == expected
