"""Writing, waiting, looking after a report, and its files."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from portal.keys import derive
from portal.viewer import SYSTEM, acting_as
from reports import staging
from reports.enums import EventKind
from reports.models import Attachment, Message, Report, ReportEvent, StagedFile
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def report() -> Report:
    return factories.receipt().report


def post(client: Client, report: Report, rest: str, **said: object) -> tuple[int, str]:
    answer = client.post(f"/reports/{report.reference}/{rest}/", said, follow=True)
    return answer.status_code, answer.content.decode()


def reread(report: Report) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.select_related("coordinator").get(pk=report.pk)


def attached(report: Report, name: str, content: bytes = b"proof", picture: bytes = b"") -> Attachment:
    store = staging.store()
    stored = store.save([content], limit=1000)
    with acting_as(SYSTEM):
        return Attachment.objects.create(
            report=report,
            reporter=report.reporters.get(),
            name=name,
            size=stored.size,
            sha256=stored.sha256,
            secret=stored.secret,
            storage_key=stored.key,
            picture_key=store.save([picture], limit=1000, secret=stored.secret).key if picture else "",
        )


@pytest.mark.clause("P11")
def test_an_answer_with_a_file_is_sent_once_however_often_the_form_comes(desk: Client, report: Report) -> None:
    form = desk.get(f"/reports/{report.reference}/").context["token"].signed
    said = {"text": "Try this patch.", "audience": "reporter", "submission": form}

    first, _ = post(desk, report, "write", attachments=SimpleUploadedFile("fix.patch", b"+1"), **said)
    second, page = post(desk, report, "write", **said)
    other, kept = post(desk, report, "write", **said | {"text": "Other words."})

    assert (first, second, other) == (HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.CONFLICT)
    assert "That was sent already" in page
    assert "Other words." in kept
    with acting_as(SYSTEM):
        assert [message.body for message in Message.objects.all()] == ["Try this patch."]
        assert [(file.name, file.audience) for file in Attachment.objects.all()] == [("fix.patch", "reporter")]
        assert not StagedFile.objects.exists()


def test_an_empty_message_is_refused_and_its_file_stays_with_the_form(desk: Client, report: Report) -> None:
    file = SimpleUploadedFile("trace.log", b"...")

    status, page = post(desk, report, "write", text=" ", audience="team", attachments=file)

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "There is nothing written yet." in page
    assert "trace.log" in page
    with acting_as(SYSTEM):
        assert StagedFile.objects.count() == 1
        assert not Message.objects.exists()


def test_a_message_to_nobody_in_particular_is_refused_with_its_words(desk: Client, report: Report) -> None:
    for audience in ("", "everybody", "\u202e"):
        status, page = post(desk, report, "write", text="Some words.", audience=audience)

        assert status == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Some words." in page
        assert "Choose whether it goes to the reporter" in page


@pytest.mark.clause("P11")
def test_waiting_begins_and_ends_and_nobody_waits_for_a_closed_report(desk: Client, report: Report) -> None:
    post(desk, report, "waiting", wait="yes")
    begun = reread(report).waiting_since
    post(desk, report, "waiting", wait="no")
    ended = reread(report).waiting_since
    post(desk, report, "decline", reason="intended", message="Meant so.", seen="received")
    _, refusal = post(desk, report, "waiting", wait="yes")

    assert begun is not None
    assert ended is None
    assert "there is nothing to wait for" in refusal
    assert reread(report).waiting_since is None


@pytest.mark.clause("P2")
def test_coordination_is_taken_by_one_and_handed_over_to_another(
    sign_in: Callable[[User], Client], desk: Client, member: User, report: Report
) -> None:
    colleague = factories.member(name="Cora Colleague")

    post(desk, report, "take")
    _, refusal = post(sign_in(colleague), report, "take")
    taken = reread(report).coordinator
    _, done = post(desk, report, "hand-over", to=str(colleague.pk))

    assert taken == member
    assert "Somebody coordinates it already." in refusal
    assert "Cora Colleague is asked, and coordinates it once they accept." in done
    assert reread(report).coordinator == member


@pytest.mark.clause("P24")
@pytest.mark.parametrize(("answer", "coordinates"), [("accept", "Cora Colleague"), ("decline", "")])
def test_a_hand_over_counts_when_the_next_one_accepts_it(
    sign_in: Callable[[User], Client], desk: Client, member: User, report: Report, answer: str, coordinates: str
) -> None:
    colleague = factories.member(name="Cora Colleague")
    post(desk, report, "take")
    post(desk, report, "hand-over", to=str(colleague.pk))

    page = sign_in(colleague).get(report.get_absolute_url()).content.decode()
    post(sign_in(colleague), report, "hand-over/answer", answer=answer)

    assert "Will you coordinate it?" in page
    assert str(reread(report).coordinator) == (coordinates or str(member))


def test_coordination_is_not_handed_to_whom_it_does_not_concern(desk: Client, report: Report) -> None:
    outsider = factories.maintainer()

    for to in (str(outsider.pk), "", "nobody", "99999999999999999999"):
        status, _ = post(desk, report, "hand-over", to=to)

        assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert reread(report).coordinator is None


def test_affected_projects_are_named_exactly(desk: Client, report: Report) -> None:
    first, second = factories.ProjectFactory.create_batch(2)

    post(desk, report, "projects", projects=[first.pk, second.pk])
    post(desk, report, "projects", projects=[second.pk])
    status, _ = post(desk, report, "projects", projects=["x"])

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    with acting_as(SYSTEM):
        assert [named.project for named in report.affected_projects.all()] == [second]


THREE, FOUR = (
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
)
MILD = "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("vectors", "score", "severity"),
    [
        ({"cvss31": THREE}, "9.8", "critical"),
        ({"cvss40": FOUR}, "9.3", "critical"),
        ({"cvss31": THREE, "cvss40": MILD}, "9.8", "critical"),
        ({"cvss31": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N", "cvss40": FOUR}, "9.3", "critical"),
    ],
    ids=["3.1", "4.0", "3.1 graver", "4.0 graver"],
)
def test_severity_follows_from_the_graver_of_its_vectors(
    desk: Client, report: Report, vectors: dict[str, str], score: str, severity: str
) -> None:
    typed = {name: f" {vector} " for name, vector in vectors.items()}
    post(desk, report, "severity", **typed, weaknesses="cwe-22, 79 CWE-22")

    found = reread(report)
    assert found.cvss_vectors == list(vectors.values())
    assert (str(found.cvss_score), found.severity, found.cwe_ids) == (score, severity, ["CWE-22", "CWE-79"])
    page = desk.get(found.get_absolute_url()).content.decode()
    assert [vector for vector in vectors.values() if f"<code>{vector}</code>" not in page] == []


def test_an_assessment_is_taken_back_by_taking_out_its_vectors(desk: Client, report: Report) -> None:
    post(desk, report, "severity", cvss31=THREE, cvss40=FOUR)
    post(desk, report, "severity", cvss40=FOUR)
    one = reread(report)

    post(desk, report, "severity")

    none = reread(report)
    assert (one.cvss_vectors, str(one.cvss_score)) == ([FOUR], "9.3")
    assert (none.cvss_vectors, none.cvss_score, none.severity) == ([], None, "")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("cvss31", "9.8", "begins with CVSS:3.1/"),
        ("cvss31", FOUR, "begins with CVSS:3.1/"),
        ("cvss40", THREE, "begins with CVSS:4.0/"),
        ("cvss31", "CVSS:3.1/AV:N", "Missing mandatory metrics"),
        ("cvss40", "CVSS:4.0/" + "/" * 200, "is not right"),
        ("weaknesses", "path traversal", "is no CWE number"),
        ("weaknesses", ", ".join(map(str, range(1, 20))), "At most 10"),
    ],
)
def test_a_wrong_assessment_is_refused_at_its_field_and_changes_nothing(
    desk: Client, report: Report, field: str, value: str, sentence: str
) -> None:
    status, page = post(desk, report, "severity", **{field: value})

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in page
    assert value in page
    assert reread(report).severity == ""


def test_a_vector_is_put_together_from_chosen_metrics_and_rated_before_it_is_saved(
    desk: Client, report: Report
) -> None:
    letters = {"AV": "N", "AC": "L", "PR": "N", "UI": "N", "S": "U", "C": "H", "I": "H", "A": "N"}
    chosen = {f"CVSS:3.1/{metric}": letter for metric, letter in letters.items()}

    _, shown = post(desk, report, "severity", rate="CVSS:3.1", cvss31="CVSS:3.1/old", cvss40=MILD, **chosen)
    before = reread(report).severity
    post(desk, report, "severity", **chosen)
    some, missing = post(desk, report, "severity", rate="CVSS:4.0", **{"CVSS:4.0/AV": "N"})

    assert "<strong>critical, 9.1</strong>. It is not saved yet." in shown
    assert "<strong>medium, 5.3</strong>. It is not saved yet." in shown
    assert 'value="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"' in shown
    assert before == ""
    assert reread(report).severity == "critical"
    assert some == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Missing mandatory metrics" in missing


def test_other_metrics_than_those_saved_make_another_vector(desk: Client, report: Report) -> None:
    letters = {"AV": "N", "AC": "L", "PR": "N", "UI": "N", "S": "U", "C": "H", "I": "H", "A": "H"}
    post(desk, report, "severity", cvss31=THREE)

    post(desk, report, "severity", cvss31=THREE, **{f"CVSS:3.1/{code}": each for code, each in letters.items()})
    same = reread(report).cvss_vectors
    letters["AV"] = "P"
    post(desk, report, "severity", cvss31=THREE, **{f"CVSS:3.1/{code}": each for code, each in letters.items()})

    assert same == [THREE]
    assert reread(report).cvss_vectors == [THREE.replace("AV:N", "AV:P")]


def test_a_report_in_quarantine_is_looked_over_and_let_in(desk: Client) -> None:
    report = factories.receipt(quarantined=True).report

    page = desk.get(f"/reports/{report.reference}/").content.decode()
    post(desk, report, "let-in")
    _, again = post(desk, report, "let-in")

    assert "Let it in" in page
    assert reread(report).quarantined_at is None
    assert "It is not in quarantine any more." in again


def test_a_file_is_saved_and_never_shown_and_the_record_keeps_who_took_it(
    desk: Client, member: User, report: Report
) -> None:
    file = attached(report, "notes.txt")

    answer = desk.get(f"/reports/{report.reference}/files/{file.pk}/")

    assert answer.getvalue() == b"proof"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    with acting_as(SYSTEM):
        event = ReportEvent.objects.get(kind=EventKind.FILE_DOWNLOADED)
    assert (event.user, event.details) == (member, {"file": file.pk, "network": derive("network", "127.0.0.1")[:22]})
    assert "downloaded a file: notes.txt" in desk.get(f"/reports/{report.reference}/?part=activity").content.decode()


@pytest.mark.parametrize("name", ["exploit.sh", "page.html", "image.svg", "proof.tar.gz", "no-ending", "setup.EXE"])
def test_what_could_do_harm_is_downloaded_only_after_a_warning(desk: Client, report: Report, name: str) -> None:
    file = attached(report, name)
    address = f"/reports/{report.reference}/files/{file.pk}/"

    warning = desk.get(address)
    with acting_as(SYSTEM):
        taken_before = ReportEvent.objects.filter(kind=EventKind.FILE_DOWNLOADED).count()
    sure = desk.get(f"{address}?sure=yes")
    sure.close()

    assert "This file could do harm" in warning.content.decode()
    assert taken_before == 0
    assert sure.headers["Content-Disposition"].startswith("attachment;")


def test_a_picture_is_shown_only_as_drawn_anew(desk: Client, report: Report) -> None:
    plain, drawn = attached(report, "a.png"), attached(report, "b.png", picture=b"\x89PNG anew")
    address = f"/reports/{report.reference}/files"

    shown = desk.get(f"{address}/{drawn.pk}/picture/")

    assert shown.getvalue() == b"\x89PNG anew"
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert desk.get(f"{address}/{plain.pk}/picture/").status_code == HTTPStatus.NOT_FOUND


def test_a_file_that_is_lost_is_missed_with_a_sentence(desk: Client, report: Report) -> None:
    file = attached(report, "notes.txt")
    staging.store().delete(file.storage_key)

    answer = desk.get(f"/reports/{report.reference}/files/{file.pk}/", follow=True)

    assert "This file is not where it was kept." in answer.content.decode()


def test_a_file_of_another_report_is_not_found_under_this_one(desk: Client, report: Report) -> None:
    other = attached(factories.receipt().report, "notes.txt")

    for number in (other.pk, 0, 10**30):
        assert desk.get(f"/reports/{report.reference}/files/{number}/").status_code == HTTPStatus.NOT_FOUND
