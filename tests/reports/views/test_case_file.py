"""The case file proves itself, wherever it is unpacked, and names its reporter only if somebody asked for that."""

import io
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from disclosures.models import Credit
from portal.viewer import SYSTEM, acting_as
from reports import conversation, staging, tracking
from reports.enums import CreditWish, EventKind
from reports.models import Attachment, ReportEvent
from teams.models import User
from tests import cast
from tests.cast import Stage, Who
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NAME, ADDRESS, INVITED, CREDIT = "Quetzal Canary", "quetzal@example.net", "Ibis Invited", "The Great Quetzal"
ELSEWHERE = ("sam-visits", "Fay Finder", "fay-finds", "Acme Labs")
"""Their login on GitHub, and as whom the finder whom they named is known for credit."""
IDENTITY = (NAME, ADDRESS, INVITED, CREDIT, "ibis@example.net", "Quetzal", "Ibis", *ELSEWHERE)


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Stage:
    settings.FILES_ROOT = tmp_path / "files"
    stage = cast.build(
        text=f"Found by {NAME}, write to {ADDRESS.upper()}. =1+1",
        summary="Path traversal",
        description=f"I, {NAME}, found it.",
        name=NAME,
        email=ADDRESS,
        file_name=f"{NAME} proof.txt",
    )
    now = timezone.now()
    tracking.wish_for_credit(stage.receipt.reporter, wish=CreditWish.YES, name=CREDIT, now=now)
    tracking.invite(
        stage.receipt.reporter, name=INVITED, email="ibis@example.net", may_read_everything=True, token="1", now=now
    )
    with acting_as(SYSTEM):
        finder = Credit.objects.select_related("report").get(pk=stage.thanks.finder.pk)
        finder.known_as, finder.handle, finder.organisation = "Fay Finder", "fay-finds", "Acme Labs"
        finder.save(update_fields=["known_as", "handle", "organisation"])
    conversation.hear(stage.receipt.reporter, f"Ask {', '.join(ELSEWHERE)}, or @Sam-Visits.", now=now)
    return stage


@pytest.fixture
def member(stage: Stage) -> User:
    return stage.people[Who.MEMBER]


def place(stage: Stage) -> str:
    return f"/reports/{stage.report.reference}/case-file/"


def taken(stage: Stage, *, with_identity: bool = False) -> bytes:
    said = {"with_identity": "on"} if with_identity else {}
    answer = browser_of(stage.people[Who.MEMBER]).post(place(stage), said)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return answer.getvalue()


def unpacked(archive: bytes, folder: Path) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def verified(folder: Path) -> tuple[int, str]:
    ran = subprocess.run([sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False)  # noqa: S603 - the program that we packed
    return ran.returncode, ran.stdout


def test_it_holds_everything_and_its_own_program_says_that_it_fits(stage: Stage, tmp_path: Path) -> None:
    files = unpacked(taken(stage, with_identity=True), tmp_path / "case")

    assert sorted(files) == [
        "MANIFEST.json", "README.md", "conversation.md", "decisions.md", f"files/01-{NAME} proof.txt",
        "mails/01.eml", "notes.md", "people.csv", "report.md", "reporters.csv", "timeline.csv",
        "timeline.jsonl", "verify.py",
    ]  # fmt: skip
    with acting_as(SYSTEM):
        length = ReportEvent.objects.filter(report=stage.report).count()
    assert verified(tmp_path / "case") == (0, f"Everything fits: 12 files, {length} events.\n")
    assert f"I, {NAME}, found it." in files["report.md"].decode()
    assert f"Found by {NAME}" in files["conversation.md"].decode()
    assert f"Found by {NAME}" in files["notes.md"].decode()
    assert files[f"files/01-{NAME} proof.txt"] == b"proof"


def test_taking_it_is_the_last_event_and_attests_what_was_packed(stage: Stage, member: User, tmp_path: Path) -> None:
    files = unpacked(taken(stage), tmp_path / "case")

    with acting_as(SYSTEM):
        last = ReportEvent.objects.filter(report=stage.report).order_by("seq").last()
    assert last is not None
    assert (last.kind, last.user, last.details["identity"]) == (EventKind.CASE_FILE_TAKEN, member, False)
    manifest = json.loads(files["MANIFEST.json"])
    assert manifest["chain"] == {"name": f"report:{stage.report.reference}", "length": last.seq, "hash": last.hash}
    assert json.loads(files["timeline.jsonl"].decode().splitlines()[-1])["details"] == last.details


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("report.md", "report.md is not what was packed."),
        ("conversation.md", "conversation.md is not what was packed."),
        ("files/01-[removed] proof.txt", "files/01-[removed] proof.txt is not what was packed."),
        ("timeline.jsonl", "timeline.jsonl is not what was packed."),
    ],
)
def test_one_changed_byte_is_found(stage: Stage, tmp_path: Path, name: str, sentence: str) -> None:
    files = unpacked(taken(stage), tmp_path / "case")
    changed = bytearray(files[name])
    changed[len(changed) // 2] ^= 1
    (tmp_path / "case" / name).write_bytes(changed)

    status, said = verified(tmp_path / "case") if name != "timeline.jsonl" else (1, sentence)

    assert status == 1
    assert sentence in said


def test_an_event_or_a_file_that_was_forged_with_its_hash_is_found_by_the_chain(stage: Stage, tmp_path: Path) -> None:
    case = tmp_path / "case"
    files = unpacked(taken(stage), case)
    lines = files["timeline.jsonl"].decode().splitlines()
    (case / "timeline.jsonl").write_text("\n".join([*lines[:1], *lines[2:]]) + "\n")
    removed = verified(case)
    (case / "timeline.jsonl").write_text("\n".join([lines[0].replace("received", "declined"), *lines[1:]]) + "\n")
    changed = verified(case)
    (case / "timeline.jsonl").write_bytes(files["timeline.jsonl"])
    (case / "report.md").write_text("invented")
    manifest = json.loads(files["MANIFEST.json"])
    manifest["files"]["report.md"] = "64 digits that fit"
    (case / "MANIFEST.json").write_text(json.dumps(manifest))
    forged = verified(case)
    (case / "more.txt").write_text("more")

    assert "Event 3 does not follow the one before it." in removed[1]
    assert "Event 1 was changed." in changed[1]
    assert "The last event tells of other contents than these." in forged[1]
    assert "more.txt was added." in verified(case)[1]
    assert (removed[0], changed[0], forged[0]) == (1, 1, 1)


def test_without_the_identity_nobody_of_the_reporters_side_stands_anywhere(stage: Stage, tmp_path: Path) -> None:
    whole = unpacked(taken(stage, with_identity=True), tmp_path / "whole")
    without = unpacked(taken(stage), tmp_path / "without")

    for word in IDENTITY:
        assert [name for name in whole if word.lower() in f"{name}{whole[name].decode()}".lower()] != [], word
        assert [name for name in without if word.lower() in f"{name}{without[name].decode()}".lower()] == [], word
    assert "Found by [removed], write to [removed]." in without["conversation.md"].decode()
    assert f"Ask {', '.join(['[removed]'] * len(ELSEWHERE))}, or @[removed]." in without["conversation.md"].decode()
    assert verified(tmp_path / "without")[0] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_names_the_reporter_is_left_out_and_listed(stage: Stage, tmp_path: Path, encoding: str) -> None:
    with acting_as(SYSTEM):
        attachment = Attachment.objects.get(report=stage.report)
        telling = b"x" * 300_000 + f"by {NAME.upper()}".encode(encoding)
        kept = staging.store().save([telling], limit=len(telling), secret=attachment.secret)
        Attachment.objects.filter(pk=attachment.pk).update(storage_key=kept.key)

    files = unpacked(taken(stage), tmp_path / "case")

    assert [name for name in files if name.startswith("files/")] == []
    left_out = json.loads(files["MANIFEST.json"])["left_out"]
    assert left_out == [{"file": attachment.pk, "size": attachment.size, "sha256": attachment.sha256}]


def test_a_long_history_takes_no_more_questions(stage: Stage) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            taken(stage, with_identity=True)
        return len(questions)

    asked()
    before = asked()
    for number in range(3):
        conversation.hear(stage.receipt.reporter, f"And {number}", now=timezone.now())

    assert asked() == before


def test_its_tables_compute_nothing(stage: Stage, tmp_path: Path) -> None:
    with acting_as(SYSTEM):
        User.objects.filter(pk=stage.people[Who.MEMBER].pk).update(name="=HYPERLINK(1)")

    files = unpacked(taken(stage), tmp_path / "case")

    assert ',"\'=HYPERLINK(1)",' in files["people.csv"].decode()
    assert ',"=' not in files["people.csv"].decode() + files["timeline.csv"].decode()


def test_a_look_at_the_choice_takes_nothing(stage: Stage, member: User) -> None:
    page = browser_of(member).get(place(stage)).content.decode()

    assert "With who reported it" in page
    assert 'name="with_identity"' in page
    assert "checked" not in page
    with acting_as(SYSTEM):
        assert not ReportEvent.objects.filter(kind=EventKind.CASE_FILE_TAKEN).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_takes_it_without_showing_the_second_factor_again(stage: Stage, member: User, method: str) -> None:
    browser = browser_of(member, confirmed_ago=60 * 60)

    answer = getattr(browser, method)(place(stage))

    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


def test_the_patch_team_is_not_offered_it_and_does_not_get_it(stage: Stage, member: User) -> None:
    patcher, page = browser_of(stage.people[Who.PATCH_TEAM]), f"/reports/{stage.report.reference}/?part=files"

    answer = patcher.post(place(stage), follow=True)

    assert "You may not take the case file of this report." in answer.content.decode()
    assert place(stage) not in patcher.get(page).content.decode()
    assert place(stage) in browser_of(member).get(page).content.decode()
