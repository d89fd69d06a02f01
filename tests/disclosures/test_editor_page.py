"""Writing an advisory on its page: without JavaScript, without losing a word, and under need-to-know."""

import re
from http import HTTPStatus

import pytest
from django.http import HttpResponseBase
from django.test import Client

from disclosures import approving, drafting
from disclosures.draft import Draft, from_json
from disclosures.ecosystems import Ecosystem
from disclosures.models import Advisory
from disclosures.snapshot import Range, Reference, ReferenceKind
from portal.viewer import SYSTEM, acting_as
from reports.enums import Role
from reports.models import Grant, Report
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import CVSS31, CVSS40, complete_draft, report_of, written_advisory
from tests.people import browser_of, with_second_factor
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return factories.ProjectFactory.create(name="wadm")


@pytest.fixture
def report(project: Project) -> Report:
    return report_of(project)


@pytest.fixture
def member() -> User:
    return with_second_factor(factories.member(name="Mira Member"))


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


@pytest.fixture
def advisory(report: Report) -> Advisory:
    return written_advisory(report, by=factories.member(name="Anna Author"))


def place(advisory: Advisory, rest: str = "") -> str:
    return f"/reports/{advisory.report.reference}/advisories/{advisory.identifier}/{rest}"


def shown(answer: HttpResponseBase) -> str:
    return " ".join(answer.getvalue().decode().split())


def saved(advisory: Advisory) -> Draft:
    with acting_as(SYSTEM):
        return from_json(approving.newest_revision(Advisory.objects.get(pk=advisory.pk)).content)


def typed(project: Project, **fields: str | list[str]) -> dict[str, str | list[str]]:
    """What the form sends for a complete draft of one project, as its second revision stands; `fields` change it."""
    draft = complete_draft(project)
    return {
        "base_revision": "2",
        "title": draft.title,
        "overview": draft.overview,
        "details": draft.details,
        "fix": draft.fix,
        "workaround": draft.workaround,
        "cvss31": CVSS31,
        "cvss40": "",
        "cwe_ids": ["CWE-22"],
        "product-0-project": str(project.pk),
        "product-0-ecosystem": "rust",
        "product-0-package": "wadm",
        "product-0-introduced": "1.0.0",
        "product-0-last_affected": "",
        "product-0-fixed_in": "1.4.2",
        "reference-0-kind": "fix",
        "reference-0-url": "https://example.org/fixed",
        "do": "save",
        **fields,
    }


def test_an_advisory_is_begun_from_the_list_and_named_there(desk: Client, report: Report) -> None:
    where = f"/reports/{report.reference}/advisories/"
    before = shown(desk.get(where))
    answer = desk.post(f"{where}begin/", follow=True)
    with acting_as(SYSTEM):
        advisory = Advisory.objects.select_related("report").get()

    assert "Nothing is written yet" in before
    assert answer.redirect_chain == [(place(advisory), 302)]
    assert "It is begun, with the facts that the report has." in shown(answer)
    assert f'href="{place(advisory)}">An advisory without a title' in shown(desk.get(where)).replace("<bdi>", "")


def test_what_is_typed_is_saved_as_the_next_revision(desk: Client, advisory: Advisory, project: Project) -> None:
    changes = typed(
        project,
        title="Another title",
        cvss40=CVSS40,
        no_workaround="on",
        workaround="",
        cwe_ids=["CWE-22", "CWE-79"],
        summary="A better title",
        **{
            "product-3-project": str(project.pk),
            "product-3-ecosystem": "rust",
            "product-3-package": "wadm",
            "product-3-introduced": "2.0.0",
            "product-3-last_affected": "2.0.3",
            "product-3-fixed_in": "",
        },
    )

    answer = desk.post(place(advisory), changes, follow=True)

    assert "Saved as revision 3." in shown(answer)
    expected = complete_draft(
        project, title="Another title", cvss40=CVSS40, no_workaround=True, workaround="", cwe_ids=("CWE-22", "CWE-79")
    )
    draft = saved(advisory)
    assert draft.products[0].ranges == (
        Range(introduced="1.0.0", fixed_in="1.4.2"),
        Range(introduced="2.0.0", last_affected="2.0.3"),
    )
    assert (draft.title, draft.cvss40, draft.cwe_ids, draft.no_workaround, draft.workaround, draft.references) == (
        expected.title, expected.cvss40, expected.cwe_ids, True, "", expected.references,
    )  # fmt: skip


def test_the_page_sends_back_exactly_what_is_saved(desk: Client, advisory: Advisory, project: Project) -> None:
    page = desk.get(place(advisory))
    form = page.context["form"]
    sent = {field.html_name: field.value() for each in form.all for field in each if field.value() not in (None, False)}

    answer = desk.post(place(advisory), {**sent, "do": "save"}, follow=True)

    assert "Nothing has changed." in shown(answer)
    assert saved(advisory) == complete_draft(project)


@pytest.mark.parametrize(
    ("command", "rows", "references"),
    [
        ("add-product", 2, 1),
        ("add-range:0", 2, 1),
        ("remove-product:0", 0, 1),
        ("add-reference", 1, 2),
        ("remove-reference:0", 1, 0),
        ("look", 1, 1),
        ("remove-product:7", 1, 1),
        ("remove-product:²", 1, 1),
        ("rate:CVSS:9", 1, 1),
        ("nonsense:" + "9" * 5000, 1, 1),
    ],
)
def test_buttons_change_rows_and_lose_nothing_that_was_typed(
    desk: Client, advisory: Advisory, project: Project, command: str, rows: int, references: int
) -> None:
    answer = desk.post(place(advisory), typed(project, title="Half a tit", overview="*Not* saved", do=command))

    form = answer.context["form"]
    assert answer.status_code == HTTPStatus.OK
    assert (len(form.products), len(form.references)) == (rows, references)
    assert (form.words["title"].value(), form.words["cwe_ids"].value()) == ("Half a tit", ["CWE-22"])
    assert "<em>Not</em> saved" in shown(answer)
    assert saved(advisory).title == complete_draft(project).title


def test_another_range_is_of_the_same_package(desk: Client, advisory: Advisory, project: Project) -> None:
    answer = desk.post(place(advisory), typed(project, do="add-range:0"))

    second = answer.context["form"].products[1]
    values = {name: second[name].value() or "" for name in second.fields}
    assert values == {
        "project": str(project.pk), "ecosystem": "rust", "package": "wadm",
        "introduced": "", "last_affected": "", "fixed_in": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("1.4.1", "affected </span> <strong><bdi>wadm</bdi></strong>"),
        ("1.4.2", "it has the fix"),
        ("not a version", "is not a version of crates.io"),
    ],
)
def test_a_version_is_tried_against_what_is_typed_and_told_why(
    desk: Client, advisory: Advisory, project: Project, version: str, sentence: str
) -> None:
    answer = desk.post(place(advisory), typed(project, do="try", version=version))

    assert sentence in shown(answer).replace("</svg>", "").replace("</span>", " </span>").replace("  ", " ")


def test_a_range_that_makes_no_sense_is_said_to(desk: Client, advisory: Advisory, project: Project) -> None:
    changes = typed(project, do="try", version="1.0", **{"product-0-introduced": "2.0.0"})

    answer = desk.post(place(advisory), changes)

    assert "That cannot be said yet: The version with the fix, 1.4.2, comes before 2.0.0." in shown(answer)


def test_a_vector_is_put_together_from_choices_and_rated(desk: Client, advisory: Advisory, project: Project) -> None:
    letters = dict(part.split(":") for part in CVSS40.split("/")[1:])
    choices = {f"CVSS:4.0/{code}": letter for code, letter in letters.items()}

    rated = desk.post(place(advisory), typed(project, do="rate:CVSS:4.0", **choices))
    kept = desk.post(place(advisory), typed(project, **choices), follow=True)

    assert rated.context["words"]["cvss40"].value() == CVSS40
    assert "This is <strong>high, 8.7</strong>." in shown(rated)
    assert "Saved as revision 3." in shown(kept)
    assert saved(advisory).cvss40 == CVSS40


def test_the_catalogue_of_weaknesses_is_searched(desk: Client, advisory: Advisory, project: Project) -> None:
    answer = desk.post(place(advisory), typed(project, do="find", find="cross-site scripting"))

    choices = dict(answer.context["words"].fields["cwe_ids"].choices)
    assert {"CWE-22", "CWE-79"} <= choices.keys()
    assert answer.context["words"]["cwe_ids"].value() == ["CWE-22"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": "x" * 300}, "This is 300 characters; at most 250 fit here."),
        ({"cvss31": "CVSS:3.1/AV:N"}, "The CVSS vector is not right"),
        ({"cvss31": CVSS40}, "This vector begins with CVSS:3.1/."),
        ({"cwe_ids": ["CWE-22", "CWE-424242"]}, "CWE-424242 is not in the catalogue."),
        ({"reference-0-url": "javascript:alert(1)"}, "Write the whole address, beginning with https://."),
        ({"product-0-ecosystem": "sea"}, "Select a valid choice."),
        ({"base_revision": "x"}, "Enter a whole number."),
        ({"details": "a\x00b"}, "holds a character that cannot be kept"),
    ],
)
def test_what_cannot_be_saved_says_why_and_loses_nothing(
    desk: Client, advisory: Advisory, project: Project, wrong: dict[str, str | list[str]], sentence: str
) -> None:
    answer = desk.post(place(advisory), typed(project, fix="Typed and kept.", **wrong))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in shown(answer)
    assert "Typed and kept.</textarea>" in shown(answer)
    assert saved(advisory) == complete_draft(project)


def test_who_saves_second_sees_both_texts_and_can_save_again(
    desk: Client, advisory: Advisory, project: Project, member: User
) -> None:
    with acting_as(factories.looking(member)):
        theirs = complete_draft(project, fix="Update to 1.4.2 today.", title="Their title")
        drafting.write(Advisory.objects.get(), theirs, by=member, base_revision=2, now=advisory.changed_at)

    answer = desk.post(place(advisory), typed(project, title="My title"))
    again = desk.post(place(advisory), typed(project, title="My title", base_revision="3"), follow=True)

    page = shown(answer)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody else has saved meanwhile" in page
    assert "<del><bdi>Their</bdi></del>" in page
    assert "<ins><bdi>My</bdi></ins>" in page
    assert 'name="base_revision" value="3"' in page
    assert 'value="My title"' in page
    assert "Saved as revision 4." in shown(again)


def test_what_is_missing_leads_to_its_field(desk: Client, report: Report, project: Project) -> None:
    bare = complete_draft(project, title="", cwe_ids=())
    advisory = written_advisory(report, draft=bare)

    page = shown(desk.get(place(advisory)))

    anchors = re.findall(r'<a href="#([\w-]+)">(It has no title|The weakness \(CWE\) is missing)\.</a>', page)
    assert anchors == [("id_title", "It has no title"), ("weaknesses", "The weakness (CWE) is missing")]
    assert all(f'id="{anchor}"' in page for anchor, _ in anchors)


def test_every_gap_of_a_new_advisory_leads_to_something_on_the_page(desk: Client, report: Report) -> None:
    answer = desk.post(f"/reports/{report.reference}/advisories/begin/", follow=True)

    page = shown(answer)
    anchors = re.findall(r'<li> <a href="#([\w-]+)">', page)
    assert len(anchors) == 8
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


def test_who_only_observes_reads_and_does_not_write(advisory: Advisory, report: Report) -> None:
    observer = with_second_factor(factories.maintainer())
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=observer, role=Role.OBSERVER, reason="Watches.")
    browser = browser_of(observer)

    read = browser.get(place(advisory), follow=True)
    written = browser.post(place(advisory), typed(_project(report)))

    assert read.redirect_chain == [(place(advisory, "review/"), 302)]
    assert "Approve revision" not in shown(read)
    assert "Your role on this report does not include that." in shown(written)


def _project(report: Report) -> Project:
    with acting_as(SYSTEM):
        return report.affected_projects.select_related("project").get().project


def test_an_advisory_is_found_at_its_own_report_alone(desk: Client, advisory: Advisory) -> None:
    other = report_of(factories.ProjectFactory.create())

    answer = desk.get(f"/reports/{other.reference}/advisories/{advisory.identifier}/")

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_pages_cost_the_same_with_one_row_and_with_three(desk: Client, report: Report, project: Project) -> None:
    places = ("", "review/", "history/")
    few = written_advisory(report)
    desk.get(place(few))
    with_one = [queries_of(desk, place(few, each)) for each in places]
    list_with_one = queries_of(desk, f"/reports/{report.reference}/advisories/")
    product = complete_draft(project).products[0]
    draft = complete_draft(
        project,
        products=tuple(
            product.__class__(
                project=project.pk, ecosystem=Ecosystem.RUST, package=f"wadm-{number}", ranges=product.ranges
            )
            for number in range(3)
        ),
        references=tuple(Reference(url=f"https://example.org/{n}", kind=ReferenceKind.WEB) for n in range(3)),
    )
    many = written_advisory(report, draft=draft)
    written_advisory(report)
    author = factories.member()
    with acting_as(factories.looking(author)):
        mine = Advisory.objects.get(pk=many.pk)
        for number in range(3):
            drafting.comment(mine, f"Remark {number}", by=author, now=mine.changed_at)

    assert [queries_of(desk, place(many, each)) for each in places] == with_one
    assert queries_of(desk, f"/reports/{report.reference}/advisories/") == list_with_one
    assert max(*with_one, list_with_one) <= 12, (with_one, list_with_one)
