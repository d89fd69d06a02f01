"""A dump of the database and the folder of the files, as a thief of a backup has them."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal import postgres
from portal.postgres.place import place_under
from reports import staging, submissions, tasks
from tests.canaries import Canaries, canaries, stage
from tests.cast import Stage, Who
from tests.people import browser_of

__all__ = ["canaries", "stage"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.demo_urls")]


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings.FILES_ROOT = tmp_path_factory.mktemp("files")
    return Path(settings.FILES_ROOT)


def forms_of(word: str) -> Iterator[bytes]:
    """How a word could lie in a dump or in a file: in any encoding, anywhere in a base64."""
    plain = word.encode()
    yield from (plain, plain.upper(), plain[::-1], plain.hex().encode(), plain.hex().upper().encode())
    yield from (word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("utf-32-le"))
    yield word.encode("utf-16-le").hex().encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]


def dump() -> bytes:
    """Everything, as the superuser takes it: row-level security hides nothing from that."""
    pg_dump = place_under(settings.VAR).programs / "pg_dump"
    before, _, host = postgres.addresses(settings.VAR).superuser.partition("/postgres?")
    url = f"{before}/{connection.settings_dict['NAME']}?{host}"
    return subprocess.run([pg_dump, url], check=True, capture_output=True).stdout  # noqa: S603 - PostgreSQL's own


def _leave_more_behind(stage: Stage, canaries: Canaries) -> None:
    """A file whose report never came, and what somebody was sending when asked to prove themselves."""
    token = submissions.new(now=timezone.now())
    uploads = [SimpleUploadedFile(f"{canaries.words}.txt", canaries.words.encode())]
    staging.stage(uploads, submission=token, now=timezone.now())
    late = browser_of(stage.people[Who.MEMBER], confirmed_ago=100_000)
    asked = late.post(
        f"/admin/reports/reporter/{stage.receipt.reporter.pk}/change/",
        {"name": canaries.identity, "email": "", "credit_wish": "ask", "credit_name": canaries.note},
    )
    assert asked.status_code == 302


@pytest.mark.parametrize("word", ["w0123456789ab", "Zoë"])
def test_the_search_would_find_a_word_in_any_of_these_forms(word: str) -> None:
    packed = [word.encode(), word.encode("utf-16-le"), base64.b64encode(b"ab" + word.encode() + b"cd")]

    assert [any(form in content for form in forms_of(word)) for content in packed] == [True] * 3


@pytest.mark.clause("P8")
def test_it_tells_nothing_that_anybody_wrote(stage: Stage, canaries: Canaries, files: Path) -> None:
    _leave_more_behind(stage, canaries)
    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.sweep()
    kept = [path.read_bytes() for path in files.rglob("*") if path.is_file()]

    stolen = [dump(), *kept]

    assert stage.report.reference.encode() in stolen[0]
    assert len(kept) == 5
    found = {
        form
        for bird in (canaries.words, canaries.identity, canaries.note)
        for form in forms_of(bird)
        for content in stolen
        if form in content
    }
    assert found == set()
