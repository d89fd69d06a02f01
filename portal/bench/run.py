"""One run of the bench, from empty databases to figures."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from portal import postgres
from portal.bench import databases, measuring, server, telling_apart
from portal.bench.browser import Browser, Person
from portal.bench.databases import ALL_OPEN, LARGE, MANAGE, SMALL, Database, Size
from portal.bench.pages import NULL, Page, Places, Visitors, pages
from portal.bench.results import Row, Whole
from portal.bench.telling_apart import Difference
from portal.postgres import Addresses

HOST = "bench.example"
MOST_ROUNDS, RATED = 100, 40
"""Visits of what everybody may ask for only so often, by one client and by eight: the members stay below the limit."""
MASTER_KEYS = "bench:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECRET_KEY = "for-the-bench-alone-" + "0123456789abcdef" * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A database with the real web server on it: its process and port, sessions of members, and what pages are of."""

    database: Database
    process: int
    port: int
    cookie: str
    sessions: Sequence[str]
    places: Places

    def browser(self, visitors: Visitors, *, place: int = 0, of: int = 1) -> Browser:
        """One of several, each with people of its own."""
        match visitors:
            case Visitors.STRANGER:
                people = []
            case Visitors.MEMBER:
                people = [self._member(0)]
            case Visitors.MEMBERS_BY_TURNS:
                people = [self._member(number) for number in range(place, len(self.sessions), of)]
        return Browser(port=self.port, host=HOST, people=people)

    def _member(self, number: int) -> Person:
        return Person(address=f"198.51.100.{number}", cookies={self.cookie: self.sessions[number]})


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
        began, busy = time.monotonic(), os.getloadavg()[0]
        with postgres.running(self.var) as addresses:
            small, large, all_open = self._databases(addresses)
            with self._side(large) as many:
                with self._side(small) as few:
                    rows = self._rows(few, many)
                web = server.megabytes(many.process)
            differences = self._differences(small)
            sweep = self._sweep(all_open)
        demo = self._demo()
        minutes = (time.monotonic() - began) / 60
        return Whole(
            rows=rows, differences=differences, sweep=sweep, web=web, demo=demo, minutes=minutes,
            load=(busy, os.getloadavg()[2]),
        )  # fmt: skip

    def _databases(self, addresses: Addresses) -> list[Database]:
        """Two at a time: filling is Python's work, and PostgreSQL's, by turns."""
        environment = self._like_production()
        databases.collect_static(addresses=addresses, environment=environment)
        with ThreadPoolExecutor(2) as both:
            return list(both.map(partial(self._database, addresses, environment), (SMALL, LARGE, ALL_OPEN)))

    def _database(self, addresses: Addresses, environment: Mapping[str, str], size: Size) -> Database:
        began = time.monotonic()
        database = databases.ready(size, addresses=addresses, environment=environment, prefix=self.prefix)
        said = f"{size.reports:>9,} reports, {size.open_percent} of 100 open"
        self.say(f"{said}: there after {time.monotonic() - began:.0f} s")
        return database

    @contextlib.contextmanager
    def _side(self, database: Database) -> Iterator[Side]:
        door = json.loads(databases.run(database, *MANAGE, "bench_inside", "sign-in"))
        places = Places(**door.pop("places"))
        with server.serving(database) as (process, port):
            yield Side(database=database, process=process, port=port, places=places, **door)

    def _rows(self, few: Side, many: Side) -> list[Row]:
        wanted = [
            both
            for both in zip(pages(few.places), pages(many.places), strict=True)
            if both[1].name == NULL.name or self.only in both[1].name
        ]
        queries = self._queries([page.path for _, page in wanted if page.path], many)
        rows: list[Row] = []
        for page_of_few, page in wanted:
            small, large = measuring.by_turns(
                [(page_of_few.visit, few.browser(page.visitors)), (page.visit, many.browser(page.visitors))],
                rounds=min(self.rounds, MOST_ROUNDS) if page.visitors is Visitors.MEMBERS_BY_TURNS else self.rounds,
            )
            null = rows[0].large if rows else large
            rate = self._rate(page, many)
            rows.append(Row(page=page, queries=queries.get(page.path), small=small, large=large, null=null, rate=rate))
            self.say(f"{page.name:<28} {small.median:7.2f} ms {large.median:7.2f} ms {rate:8.0f} /s")
        return rows

    def _queries(self, paths: Sequence[str], side: Side) -> dict[str, int]:
        numbers = json.loads(databases.run(side.database, *MANAGE, "bench_inside", "count", *paths))
        return dict(zip(paths, numbers, strict=True))

    def _rate(self, page: Page, side: Side) -> float:
        return measuring.rate(
            page.visit,
            browser=lambda place: side.browser(page.visitors, place=place, of=measuring.CLIENTS),
            seconds=self.seconds,
            most=RATED if page.visitors is Visitors.MEMBERS_BY_TURNS else None,
        )

    def _differences(self, database: Database) -> list[Difference]:
        door = json.loads(databases.run(database, *MANAGE, "bench_inside", "strangers"))
        with server.serving(database) as (_, port):
            found = telling_apart.measure(
                forbidden=door["forbidden"],
                missing=door["missing"],
                browsers={
                    who: Browser(
                        port=port, host=HOST, people=[Person(cookies={door["cookie"]: session} if session else {})]
                    )
                    for who, session in door["sessions"].items()
                },
                pairs=self.pairs,
            )
            return [self._said(difference) for difference in found]

    def _said(self, difference: Difference) -> Difference:
        low, high = difference.interval
        self.say(f"{difference.question}: {difference.median:+.0f} µs, {low:+.0f} to {high:+.0f}")
        return difference

    def _sweep(self, database: Database) -> float:
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
