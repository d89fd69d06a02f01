"""Pages as they were rendered, shown to a browser by a server of the test's own, with what they need from its sources.

Not by Playwright's routes: each of them is a way through two processes, and switches the browser's cache off.
"""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import override

from django.contrib.staticfiles import finders

STATIC = "/static/"
PAGE = "text/html; charset=utf-8"


class Showcase(ThreadingHTTPServer):
    """`html` is what the root answers."""

    html = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answers(BaseHTTPRequestHandler):
    server: Showcase
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(HTTPStatus.OK, self.server.html.encode(), PAGE, keep=False)
        elif self.path.startswith(STATIC) and (file := _source(self.path.removeprefix(STATIC))):
            self._answer(HTTPStatus.OK, file.read_bytes(), mimetypes.guess_type(file)[0] or PAGE, keep=True)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"", PAGE, keep=False)

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str, *, keep: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600" if keep else "no-store")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@cache
def _source(path: str) -> Path | None:
    found = finders.find(path)
    return Path(str(found)) if found else None


@contextmanager
def showcase() -> Iterator[Showcase]:
    with Showcase() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
