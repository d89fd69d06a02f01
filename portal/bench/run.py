"""One run of the bench, from empty databases to figures."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from portal import postgres
from portal.bench import databases, server, telling_apart
from portal.bench.browser import Browser
from portal.bench.databases import ALL_OPEN, LARGE, MANAGE, SMALL, Database
from portal.bench.measuring import Timing, measure
from portal.bench.pages import NULL, Page, pages
from portal.bench.results import Row, Whole
from portal.bench.telling_apart import Difference
from portal.postgres import Addresses

HOST = "bench.example"
MASTER_KEYS = "bench:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECRET_KEY = "for-the-bench-alone-" + "0123456789abcdef" * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one database gave: the time of each page, how many queries, and the web server's megabytes."""

    timings: dict[str, Timing]
    queries: dict[str, int]
    megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """`rounds` visits of each page by one client, then `seconds` of eight clients, and `pairs` of requests for what is
    forbidden and what is missing. `say` is told how it goes.
    """

    var: Path
    prefix: str
    rounds: int
    seconds: float
    pairs: int
    only: str
    say: Callable[[str], None]

    def run(self) -> Whole:
        with postgres.running(self.var) as addresses:
            small, large = (self._figures(size, addresses) for size in (SMALL, LARGE))
            differences = self._differences(addresses)
            sweep = self._sweep(addresses)
        known = pages(report="")
        rows = [
            Row(
                page=page,
                queries=large.queries.get(page.name),
                small=small.timings[page.name],
                large=large.timings[page.name],
                null_small=small.timings[NULL.name],
                null_large=large.timings[NULL.name],
            )
            for page in known
            if page.name in large.timings
        ]
        return Whole(rows=rows, differences=differences, sweep=sweep, web=large.megabytes, demo=self._demo())

    def _figures(self, size: databases.Size, addresses: Addresses) -> Figures:
        database = self._database(size, addresses)
        door = json.loads(databases.run(database, *MANAGE, "bench_inside", "sign-in"))
        wanted = [page for page in pages(report=door["report"]) if page is NULL or self.only in page.name]
        counted = [page for page in wanted if page.path]
        numbers = json.loads(
            databases.run(database, *MANAGE, "bench_inside", "count", *(page.path for page in counted))
        )
        with server.serving(database) as (process, port):
            timings = {page.name: self._timing(page, size, door, port=port) for page in wanted}
            megabytes = server.megabytes(process)
        return Figures(
            timings=timings,
            queries={page.name: number for page, number in zip(counted, numbers, strict=True)},
            megabytes=megabytes,
        )

    def _timing(self, page: Page, size: databases.Size, door: dict[str, str], *, port: int) -> Timing:
        cookies = {door["cookie"]: door["session"]} if page.needs_sign_in else {}
        timing = measure(
            page.visit,
            browser=partial(Browser, port=port, host=HOST, cookies=cookies),
            rounds=self.rounds,
            seconds=self.seconds,
        )
        self.say(f"{size.reports:>9,} reports  {page.name:<12} {timing.median:7.2f} ms {timing.rate:8.0f} /s")
        return timing

    def _differences(self, addresses: Addresses) -> list[Difference]:
        database = self._database(SMALL, addresses)
        door = json.loads(databases.run(database, *MANAGE, "bench_inside", "strangers"))
        with server.serving(database) as (_, port):
            found = telling_apart.measure(
                forbidden=door["forbidden"],
                missing=door["missing"],
                browsers={
                    who: partial(Browser, port=port, host=HOST, cookies={door["cookie"]: session} if session else {})
                    for who, session in door["sessions"].items()
                },
                pairs=self.pairs,
            )
            return list(found)

    def _sweep(self, addresses: Addresses) -> float:
        database = self._database(ALL_OPEN, addresses)
        milliseconds = float(json.loads(databases.run(database, *MANAGE, "bench_inside", "sweep")))
        self.say(f"sweep: {milliseconds:.0f} ms")
        return milliseconds

    def _demo(self) -> float:
        """The whole demo, with its database, after somebody has looked round."""
        var, port = self.var / "demo", server.free_port()
        environment = {"PORTAL_VAR": str(var), "PORTAL_PORT": str(port)}
        with server.started(sys.executable, "-m", "portal.supervisor", environment=environment) as process:
            server.wait_for("/readyz", port=port)
            browser = Browser(port=port, host=f"localhost:{port}")
            for path in ("/", "/policy/", "/team/", "/report/", "/report/new/") * 4:
                browser.get(path)
            database = int((postgres.home(var) / "data" / "postmaster.pid").read_text().split()[0])
            return server.megabytes(process) + server.megabytes(database)

    def _database(self, size: databases.Size, addresses: Addresses) -> Database:
        self.say(f"{size.reports:,} reports, {size.open_percent} of 100 open: filling, unless it is full already …")
        return databases.ready(size, addresses=addresses, environment=self._like_production(), prefix=self.prefix)

    def _like_production(self) -> dict[str, str]:
        static = self.var / "static"
        return {
            "PORTAL_DEMO": "0",
            "PORTAL_DEV": "0",
            "PORTAL_VAR": str(self.var),
            "PORTAL_BASE_URL": f"https://{HOST}",
            "PORTAL_STATIC_ROOT": str(static),
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "TRUSTED_PROXY_COUNT": "1",
            "SECRET_KEY": SECRET_KEY,
            "PORTAL_MASTER_KEYS": MASTER_KEYS,
            "EMAIL_URL": f"filemail://{self.var / 'mail'}",
            "GITHUB_CLIENT_ID": "for-the-bench-alone",
            "GITHUB_CLIENT_SECRET": "for-the-bench-alone",
            "LOG_LEVEL": "ERROR",
        }
