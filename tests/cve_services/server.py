"""CVE Services on this machine: as much of them as the portal asks, and every trouble they could make."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

from cvelib.cve_api import CveRecord
from pytest_django.fixtures import Settings

from portal.cve_services import Account

ORGANISATION, USER, KEY = "example_cna", "portal@example.org", "a-key-of-36-letters-as-they-give-out"
PER_PAGE = 3
BEGIN = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

type Trouble = Callable[["Handler"], None]
"""What happens instead of an answer, or after the deed and instead of its answer."""


@dataclass
class Reserved:
    at: datetime
    user: str
    state: str = "RESERVED"
    record: Mapping[str, object] | None = None


@dataclass
class Services:
    """`before` is what comes instead of the deed, `after` what comes instead of its answer; one for each time."""

    ids: dict[str, Reserved] = field(default_factory=dict)
    before: dict[str, list[Trouble]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[Trouble]] = field(default_factory=lambda: defaultdict(list))
    asked: list[str] = field(default_factory=list)
    url: str = ""
    now: datetime = BEGIN
    numbers: Iterator[int] = field(default_factory=lambda: count(40001))
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def account(self) -> Account:
        return Account(url=f"{self.url}/api/", organisation=ORGANISATION, user=USER, key=KEY)

    def reserve(self, *, user: str = USER, ago: timedelta = timedelta(), year: int = 2026) -> str:
        cve_id = f"CVE-{year}-{next(self.numbers)}"
        self.ids[cve_id] = Reserved(at=self.now - ago, user=user)
        return cve_id

    def row(self, cve_id: str) -> dict[str, object]:
        kept = self.ids[cve_id]
        return {
            "cve_id": cve_id,
            "cve_year": cve_id.split("-")[1],
            "state": kept.state,
            "owning_cna": ORGANISATION,
            "reserved": kept.at.isoformat().replace("+00:00", "Z"),
            "requested_by": {"cna": ORGANISATION, "user": kept.user},
        }


class Handler(BaseHTTPRequestHandler):
    services: Services

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def _serve(self, method: str) -> None:
        where = urlsplit(self.path)
        place = f"{method} {where.path.removeprefix('/api')}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.services.lock:
            self.services.asked.append(place)
            if self.services.before[place]:
                self.services.before[place].pop(0)(self)
                return
            status, said = self._done(place, parse_qs(where.query), json.loads(body) if body else {})
            if self.services.after[place]:
                self.services.after[place].pop(0)(self)
                return
        self.say(status, said)

    def say(self, status: int, said: object) -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _done(self, place: str, query: dict[str, list[str]], body: dict[str, object]) -> tuple[int, object]:
        ours = (self.headers["CVE-API-ORG"], self.headers["CVE-API-USER"], self.headers["CVE-API-KEY"])
        if ours != (ORGANISATION, USER, KEY):
            return 401, {"error": "UNAUTHORIZED", "message": "Unauthorized"}
        match place.split("/"):
            case ["POST ", "cve-id"]:
                return self._reserve(query)
            case ["GET ", "cve-id"]:
                return self._list(query)
            case [method, "cve", cve_id, what] if cve_id in self.services.ids:
                return self._write(method.strip(), cve_id, what, body)
        return 404, {"error": "CVEID_DNE", "message": "There is none."}

    def _reserve(self, query: dict[str, list[str]]) -> tuple[int, object]:
        if query.get("short_name") != [ORGANISATION] or query.get("amount") != ["1"] or "batch_type" in query:
            return 400, {"error": "BAD_INPUT", "message": "Parameters were invalid"}
        cve_id = self.services.reserve(year=int(query["cve_year"][0]))
        return 200, {"cve_ids": [self.services.row(cve_id)], "meta": {"remaining_quota": 9}}

    def _list(self, query: dict[str, list[str]]) -> tuple[int, object]:
        since = datetime.fromisoformat(query["time_reserved.gt"][0])
        found = [
            self.services.row(cve_id)
            for cve_id, kept in self.services.ids.items()
            if kept.state in query["state"] and kept.at > since and cve_id.split("-")[1] in query["cve_id_year"]
        ]
        page = int(query.get("page", ["1"])[0])
        rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        more = {"nextPage": page + 1 if page * PER_PAGE < len(found) else None} if len(found) > PER_PAGE else {}
        return 200, {"cve_ids": rows, **more}

    def _write(self, method: str, cve_id: str, what: str, body: dict[str, object]) -> tuple[int, object]:
        kept, container = self.services.ids[cve_id], body.get("cnaContainer")
        schemas = CveRecord.Schemas
        CveRecord.validate(container, schemas.CNA_PUBLISHED if what == "cna" else schemas.CNA_REJECTED)  # type: ignore[arg-type]
        if (method == "POST") == (kept.record is not None):
            error = "CVE_RECORD_EXISTS" if method == "POST" else "CVE_RECORD_DNE"
            return 403, {"error": error, "message": "As it is named."}
        kept.state, kept.record = ("PUBLISHED" if what == "cna" else "REJECTED"), container  # type: ignore[assignment]
        return 200, {"message": "done", "created": {"containers": {"cna": container}}}


def saying(status: int, error: str = "", **headers: str) -> Trouble:
    def trouble(handler: Handler) -> None:
        body = json.dumps({"error": error, "message": "As it is named."}).encode()
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return trouble


def hanging_up(handler: Handler) -> None:
    """The connection ends without a word."""
    handler.close_connection = True
    handler.connection.close()


def babbling(handler: Handler) -> None:
    handler.say(200, b"<html>It works!</html>")


@contextmanager
def running() -> Iterator[Services]:
    services = Services()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"services": services}))
    services.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ours(settings: Settings, there: Services) -> None:
    """The organisation is a CNA, with its account there."""
    settings.CVE_SERVICES_URL = f"{there.url}/api/"
    settings.CVE_SERVICES_ORG = ORGANISATION
    settings.CVE_SERVICES_ORG_ID = "b2b5ea8e-9fb6-4b6b-9d4d-0a1f5b6f9c3e"
    settings.CVE_SERVICES_USER = USER
    settings.CVE_SERVICES_API_KEY = KEY
