"""Whatever is sent to the reporter's pages: a clear answer, nothing typed lost, never an error of ours."""

import re
from typing import Final

import pytest

from portal.viewer import SYSTEM, acting_as
from reports.models import Message, Report
from tests import factories
from tests.visitor import FORM, Value, Visitor, hidden, page_of, text_file

pytestmark = pytest.mark.django_db

LINES: Final = ("summary", "dependency_name", "dependency_version", "name", "email")
TEXTS: Final = ("description", "affected_versions", "reproduction", "impact", "public_where", "exploit_evidence")
NONSENSE: Final[dict[str, Value]] = {
    "nul": "a\x00b",
    "half a character in UTF-8": b"\xed\xa0\x80",
    "bytes that are no text": b"\xff\xfe\x00",
    "direction": "invoice\u202egpj.exe",
    "controls": "\x1b[31mred\x07",
    "long": "x" * 300_000,
    "several": ["one", "two"],
    "a file": text_file(),
    "markup": "</textarea><script>alert(1)</script>",
    "line ends": "one\r\ntwo\u2028three",
}


def count() -> int:
    with acting_as(SYSTEM):
        return Report.objects.count()


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_no_field_takes_the_form_down(visitor: Visitor, nonsense: Value) -> None:
    others = ("projects", "project_unknown", "reporter_discloses_on", "credit_wish", "staged", "files", "submission")
    form = visitor.form(impact="What I typed.")

    for field in (*LINES, *TEXTS, *others):
        before = count()
        visitor.browser.cookies.clear()
        answer = visitor.post(FORM, {**form, "submission": "", field: nonsense})

        assert (answer.status_code, count() - before) in {(302, 1), (422, 0)}, field
        if answer.status_code == 422:
            page = page_of(answer)
            assert field == "impact" or "What I typed." in page, field
            assert 'class="error" id="id_' in page, field


@pytest.mark.parametrize("field", ["description", "impact"])
def test_a_field_of_ten_megabytes_is_told_at_its_field(visitor: Visitor, field: str) -> None:
    answer = visitor.report(**{"summary": "Still here", field: "y" * 10_000_000})
    page = page_of(answer)

    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}_error">.*?This is 10,000,000 characters', page, re.DOTALL)
    assert 'value="Still here"' in page


def test_text_keeps_every_character_that_can_be_stored(visitor: Visitor) -> None:
    text = "Ünïcödé 漢字 \u202eevil\u202c 🏴‍☠️\n\n\ttab"

    visitor.report(description=text)

    with acting_as(SYSTEM):
        assert Report.objects.get().description == text


@pytest.mark.parametrize(
    "forged",
    [
        {"projects": ["99999999999999999999"]},
        {"projects": ["-1", "abc", ""]},
        {"projects": ["1' OR 1=1"]},
        {"reporter_discloses_on": "2026-02-30"},
        {"reporter_discloses_on": "0001-01-01"},
        {"reporter_discloses_on": "9999-12-31"},
        {"credit_wish": "everything"},
        {"email": "a@b@c"},
        {"email": "x@example.org\nBcc: y@example.org"},
    ],
)
def test_a_wrong_value_is_an_error_at_its_field(visitor: Visitor, forged: dict[str, Value]) -> None:
    answer = visitor.report(**forged)
    page = page_of(answer)

    assert answer.status_code == 422
    assert f'id="id_{next(iter(forged))}_error"' in page
    assert "A component leaves its folder." in page


def test_forged_hidden_fields_change_nothing(visitor: Visitor) -> None:
    answer = visitor.report(
        state="closed", reference="WSC-0000-0000", quarantined_at="2020-01-01", coordinator="1", staged=["x"] * 400
    )

    with acting_as(SYSTEM):
        report = Report.objects.get()
    assert answer.status_code == 302
    assert (report.state, report.coordinator_id, report.quarantined_at) == ("received", None, None)
    assert report.reference != "WSC-0000-0000"


def test_two_hundred_files_keep_the_text_and_the_first_of_them(visitor: Visitor) -> None:
    page = page_of(visitor.report(files=[text_file(f"{number}.txt") for number in range(200)]))

    assert "A component leaves its folder." in page
    assert len(hidden(page, "staged")) == 20
    assert 'id="id_attachments_error"' in page


def test_an_empty_request_gets_the_form_with_what_is_missing(visitor: Visitor) -> None:
    answer = visitor.post(FORM)

    assert answer.status_code == 422
    assert "3 things need another look" in page_of(answer)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
        ("multipart/form-data; boundary=x", b"--x"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"\x00" * 100),
        ("application/json", b'{"summary": ["a", 1, null]}'),
        ("application/x-www-form-urlencoded", b"%00=%00&summary=%"),
        ("text/plain; charset=utf-7", b"+AGEA"),
    ],
)
@pytest.mark.parametrize("path", [FORM, "/report/files/", "/track/", "/markdown/"])
def test_a_broken_body_is_refused_and_never_an_error_of_ours(
    visitor: Visitor, path: str, content_type: str, body: bytes
) -> None:
    answer = visitor.browser.post(path, body, content_type=content_type)

    assert 200 <= answer.status_code < 500
    assert count() == 0


UNKNOWN: Final = ("WSC-0000-0000", "x", "%00", "%ff", "..%2f..", "a" * 500, "WSC-0000-0000%0d%0aSet-Cookie:%20a=b")


@pytest.mark.parametrize(
    "page",
    [
        "",
        "credit/",
        "address/",
        "invite/",
        "invited/",
        "withdraw/",
        "link/",
        "link/new/",
        "files/1/",
        "files/9/picture/",
    ],
)
def test_an_unknown_reference_is_an_answer_like_any_other(visitor: Visitor, page: str) -> None:
    answers = {reference: visitor.get(f"/track/{reference}/{page}").status_code for reference in UNKNOWN}

    assert set(answers.values()) <= {400, 404}


@pytest.mark.parametrize("key", ["x", "%00", "%ff%fe", "a" * 500, "..", "<script>"])
def test_an_unknown_key_opens_nothing(visitor: Visitor, key: str) -> None:
    opened, entered = visitor.get(f"/r/{key}/"), visitor.post(f"/r/{key}/")

    assert opened.status_code in {200, 400, 404}
    assert entered.status_code in {400, 404}


def test_a_huge_number_of_a_file_is_not_found(visitor: Visitor) -> None:
    place = visitor.enter(factories.receipt())

    assert visitor.get(f"{place}files/{10**30}/").status_code == 404


def answered(visitor: Visitor, place: str, text: Value) -> int:
    return visitor.post(place, {"submission": visitor.submission(place), "text": text}).status_code


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_the_reporters_page_takes_any_text_or_says_why_not(visitor: Visitor, nonsense: Value) -> None:
    place = visitor.enter(factories.receipt())

    status = answered(visitor, place, nonsense)

    with acting_as(SYSTEM):
        heard = Message.objects.count()
    assert (status, heard) in {(302, 1), (422, 0)}
    assert visitor.get(place).status_code == 200


@pytest.mark.parametrize("page", ["credit/", "address/", "invite/", "withdraw/", "link/"])
def test_no_wish_takes_a_page_down(visitor: Visitor, page: str) -> None:
    place = visitor.enter(factories.receipt())
    fields = ("submission", "credit_wish", "credit_name", "email", "name", "may_read_everything", "why")

    for name, nonsense in NONSENSE.items():
        answer = visitor.post(place + page, dict.fromkeys(fields, nonsense))
        assert answer.status_code in {200, 302, 422}, name


def test_finding_a_report_takes_any_nonsense(visitor: Visitor) -> None:
    for name, nonsense in NONSENSE.items():
        for fields in (
            {"reference": nonsense, "email": "x"},
            {"reference": "x", "email": nonsense},
            {"link": nonsense},
        ):
            assert visitor.post("/track/", fields).status_code == 422, name
