import errno
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from portal.policy.organisation import UploadLimits
from portal.uploads import NamelessUpload, Refusal, RefusedUpload

pytestmark = [pytest.mark.urls("tests.portal.sample_urls"), pytest.mark.django_db]

MEGABYTE = 1024 * 1024
LIMITS = UploadLimits(file_megabytes=1, total_megabytes=3, max_files=5)


@pytest.fixture(autouse=True)
def small_limits(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.POLICY = replace(settings.POLICY, uploads=LIMITS)
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    yield
    assert list((tmp_path / "uploads").glob("*")) == [], "no file is left after the request"


def sent(client: Client, *files: tuple[str, int]) -> dict[str, object]:
    uploads = [SimpleUploadedFile(name, b"x" * size) for name, size in files]
    response = client.post("/echo/", {"summary": "Typed with care", "files": uploads, "after": "This too"})
    assert response.status_code == 200, response.content
    answer: dict[str, object] = json.loads(response.content)
    assert answer["post"] == {"summary": ["Typed with care"], "after": ["This too"]}
    return answer


def test_files_within_the_limits_arrive_whole(client: Client) -> None:
    answer = sent(client, ("a.txt", 10), ("b.bin", MEGABYTE), ("c.txt", 0))

    assert answer["files"] == {"a.txt": 10, "b.bin": MEGABYTE, "c.txt": 0}
    assert answer["refused"] == []


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_file_over_the_limit_costs_only_itself(client: Client, position: int) -> None:
    files = [("a.txt", 10), ("b.txt", 200_000)]
    files.insert(position, ("big.bin", MEGABYTE + 1))

    answer = sent(client, *files)

    assert answer["files"] == {"a.txt": 10, "b.txt": 200_000}
    assert answer["refused"] == [["files", "big.bin", "FILE_TOO_LARGE"]]


def test_the_limit_of_all_counts_only_what_is_kept(client: Client) -> None:
    answer = sent(
        client, ("1", MEGABYTE), ("2", MEGABYTE), ("big", 2 * MEGABYTE), ("3", MEGABYTE - 5), ("4", 6), ("5", 5)
    )

    assert answer["files"] == {"1": MEGABYTE, "2": MEGABYTE, "3": MEGABYTE - 5, "5": 5}
    assert answer["refused"] == [["files", "big", "FILE_TOO_LARGE"], ["files", "4", "ALL_TOO_LARGE"]]


def test_two_hundred_files_lose_only_those_beyond_the_limit(client: Client) -> None:
    answer = sent(client, *((f"{number}.txt", 10) for number in range(200)))

    assert answer["files"] == {f"{number}.txt": 10 for number in range(5)}
    assert answer["refused"] == [["files", f"{number}.txt", "TOO_MANY"] for number in range(5, 200)]


def test_a_full_disk_loses_files_but_no_text(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: NamelessUpload, data: bytes) -> int:  # noqa: ARG001 - the signature of write
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(NamelessUpload, "write", full)

    answer = sent(client, ("a.txt", 10), ("b.txt", 10))

    assert answer["files"] == {}
    assert answer["refused"] == [["files", "a.txt", "NO_ROOM"], ["files", "b.txt", "NO_ROOM"]]


@pytest.mark.parametrize("name", ["a." + "b" * 240, "con.txt", "\u202egpj.exe", "x" * 250])
def test_no_name_hinders_a_file(client: Client, name: str) -> None:
    answer = sent(client, (name, 10))

    files = answer["files"]
    assert isinstance(files, dict)
    assert list(files.values()) == [10]


def test_a_refusal_is_told_in_words() -> None:
    told = [RefusedUpload(field="files", name="big.bin", refusal=refusal).sentence(LIMITS) for refusal in Refusal]

    assert told == [
        "big.bin is larger than 1 MB. It was not kept; everything else was.",
        "big.bin would bring these files to more than 3 MB. It was not kept; everything else was.",
        "big.bin came after 5 others, the most that can be sent at once. It was not kept; everything else was.",
        "big.bin found no room on our disk. It was not kept; everything else was.",
    ]


def test_no_name_on_the_disk_leads_to_a_file_on_its_way_in(rf: RequestFactory, tmp_path: Path) -> None:
    """So that none is left when the process is killed."""
    request = rf.post("/", {"files": [SimpleUploadedFile("a.txt", b"x" * MEGABYTE)]})

    upload = request.FILES["files"]
    assert isinstance(upload, NamelessUpload)

    assert (upload.size, upload.read(3)) == (MEGABYTE, b"xxx")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    request.close()
