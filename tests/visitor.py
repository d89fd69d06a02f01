"""Somebody without an account, in a browser of their own."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports.intake import Receipt

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

FORM = "/report/new/"

type Answer = _MonkeyPatchedWSGIResponse
type Value = str | bytes | SimpleUploadedFile | Sequence[str] | Sequence[SimpleUploadedFile]


def page_of(answer: Answer) -> str:
    return answer.content.decode()


def hidden(page: str, name: str) -> list[str]:
    """The values that a page's form would send under `name` without anybody doing anything."""
    return re.findall(rf'name="{name}"\s+value="([^"]*)"', page)


def text_file(name: str = "poc.txt", content: bytes = b"print(1)") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


class Visitor:
    def __init__(self, *, checks_origin: bool = False) -> None:
        self.browser = Client(enforce_csrf_checks=checks_origin)

    def get(self, path: str) -> Answer:
        return self.browser.get(path)

    def post(self, path: str, fields: Mapping[str, Value] | None = None) -> Answer:
        return self.browser.post(path, dict(fields or {}))

    def form(self, **changes: Value) -> dict[str, Value]:
        """The form as it has just been opened, with the least that it asks for."""
        return {
            "submission": hidden(page_of(self.get(FORM)), "submission")[0],
            "summary": "Path traversal in the file provider",
            "description": "A component leaves its folder.",
            "project_unknown": "on",
            **changes,
        }

    def report(self, **changes: Value) -> Answer:
        return self.post(FORM, self.form(**changes))

    def send_ahead(self, submission: Value, file: SimpleUploadedFile) -> dict[str, str | int]:
        """A file on its own, as the form's script sends it; the answer."""
        answer: dict[str, str | int] = json.loads(
            self.post("/report/files/", {"submission": submission, "file": file}).content
        )
        return answer

    def enter(self, receipt: Receipt) -> str:
        """Open the report by its link; the address of its page."""
        return self.post(f"/r/{receipt.key}/")["Location"]

    def submission(self, path: str) -> str:
        """The token of the form on the page at `path`."""
        return hidden(page_of(self.get(path)), "submission")[0]
