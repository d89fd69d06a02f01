"""A small, fast browser: one connection kept open, cookies, and forms. Several people may take turns at it."""

import http.client
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import cycle
from urllib.parse import urlencode

HIDDEN = re.compile(rb'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"')


class UnexpectedAnswerError(Exception):
    """The portal did not answer as the bench expects: its figures would say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who sits before it: their address of the network and their cookies."""

    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)


class Browser:
    """Each request is the next person's."""

    def __init__(self, *, port: int, host: str, people: Sequence[Person] = ()) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._host = host
        self._turns = cycle(people or [Person()])
        self._tags: dict[str, str] = {}

    def reconnect(self) -> None:
        """To whichever of the server's processes takes it."""
        self._connection.close()
        self._connection.connect()

    def get(self, path: str, *, expected: int = http.client.OK) -> bytes:
        person = next(self._turns)
        return self._ask("GET", path, b"", expected=expected, person=person, address=person.address)

    def get_unchanged(self, path: str) -> None:
        """As somebody who was there before."""
        if path not in self._tags:
            self.get(path)
        person = next(self._turns)
        self._ask("GET", path, b"", expected=http.client.NOT_MODIFIED, person=person, address=person.address)

    def post(self, path: str, fields: dict[str, str], *, address: str) -> bytes:
        """Send a form from an address of the network; the answer must lead on to another page."""
        body = urlencode(fields).encode()
        person = next(self._turns)
        return self._ask("POST", path, body, expected=http.client.FOUND, person=person, address=address)

    def _ask(self, method: str, path: str, body: bytes, *, expected: int, person: Person, address: str) -> bytes:
        headers = {
            "Host": self._host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items()),
            "Accept-Encoding": "gzip",
        }
        if expected == http.client.NOT_MODIFIED:
            headers["If-None-Match"] = self._tags[path]
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{self._host}",
                "Referer": f"https://{self._host}{path}",
            }
        self._connection.request(method, path, body=body or None, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read()
        for header in answer.headers.get_all("Set-Cookie") or []:
            person.cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})
        if tag := answer.headers["ETag"]:
            self._tags[path] = tag
        if answer.status != expected:
            raise UnexpectedAnswerError(f"{method} {path} was answered with {answer.status}, not {expected}.")
        return text


def hidden_fields(page: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in HIDDEN.findall(page)}
