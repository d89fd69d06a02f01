"""Files that are two things at once, bombs, and pages that call themselves pictures: kept whole, never opened."""

import gzip
import io
import resource
import zipfile
from typing import Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.models import Attachment
from tests import factories
from tests.people import browser_of
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db

SCRIPT: Final = b"<script>alert(document.domain)</script>"


def image(kind: str, *, comment: bytes = b"") -> bytes:
    drawn = io.BytesIO()
    Image.new("P", (4, 4)).save(drawn, kind, **({"comment": comment} if comment else {}))
    return drawn.getvalue()


def packed(content: bytes, *, name: str = "x", times: int = 1) -> bytes:
    for _ in range(times):
        box = io.BytesIO()
        with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{name}{number}", content)
        content = box.getvalue()
    return content


PDF: Final = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
POLYGLOTS: Final = {
    "gif-and-script.gif": b"GIF89a/*" + image("GIF")[8:] + b"*/=1;alert(1)//",
    "gif-with-page.gif": image("GIF", comment=SCRIPT) + SCRIPT,
    "png-with-page.png": image("PNG") + SCRIPT,
    "png-and-archive.png": image("PNG") + packed(SCRIPT),
    "page-named-picture.png": b"<!doctype html>" + SCRIPT,
    "page-named-text.txt": b"\xef\xbb\xbf<html>" + SCRIPT,
    "utf7.txt": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>",
    "drawing-named-picture.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "entities.svg": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
    "pdf-and-page.pdf": SCRIPT + PDF,
    "page-and-pdf.html": b"<!--" + PDF + b"-->" + SCRIPT,
    "shell-and-archive.sh": b"#!/bin/sh\nrm -rf ~\nexit\n" + packed(b"x"),
    "bomb.zip": packed(b"0" * 1_000_000, times=3),
    "bomb.gz": gzip.compress(b"0" * 30_000_000),
    "climbing.zip": packed(b"x", name="../../../../tmp/climbed"),
    "bomb-named-picture.png": packed(b"0" * 1_000_000, times=2),
    "pickle.pkl": b"cos\nsystem\n(S'touch /tmp/unpickled'\ntR.",
}
SHOWN: Final = {"gif-and-script.gif", "gif-with-page.gif", "png-with-page.png", "png-and-archive.png"}
"""Sound images with something behind them: shown as drawn anew, without what is behind."""


def sent(visitor: Visitor, name: str) -> Attachment:
    """By the front door, and looked at by the worker."""
    visitor.report(attachments=SimpleUploadedFile(name, POLYGLOTS[name], content_type="text/html"))
    with acting_as(SYSTEM):
        [file] = Attachment.objects.select_related("report")
    tasks.redraw(file.pk)
    with acting_as(SYSTEM):
        file.refresh_from_db(fields=["picture_key"])
    return file


def address(file: Attachment) -> str:
    return f"/reports/{file.report.reference}/files/{file.pk}/"


@pytest.mark.parametrize("name", POLYGLOTS)
def test_it_comes_back_byte_for_byte_as_a_download_that_no_browser_opens(visitor: Visitor, name: str) -> None:
    file, team = sent(visitor, name), browser_of(factories.member())

    answer = team.get(f"{address(file)}?sure=yes")

    assert answer.getvalue() == POLYGLOTS[name]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", POLYGLOTS)
def test_only_pixels_are_shown_and_nothing_that_came_with_them(visitor: Visitor, name: str) -> None:
    file, team = sent(visitor, name), browser_of(factories.member())

    answer = team.get(f"{address(file)}picture/")

    assert bool(file.picture_key) == (name in SHOWN)
    assert answer.status_code == (200 if name in SHOWN else 404)
    if name in SHOWN:
        content = answer.getvalue()
        assert content.startswith(b"\x89PNG")
        assert SCRIPT not in content


def test_a_bomb_costs_no_more_than_its_own_bytes(visitor: Visitor) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    file = sent(visitor, "bomb.zip")
    browser_of(factories.member()).get(f"/reports/{file.report.reference}/?part=files")
    Client().get("/")

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert file.size == len(POLYGLOTS["bomb.zip"])
    assert grown < 50_000, "KB; unpacked it would be a gigabyte"
