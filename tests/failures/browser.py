"""Somebody with a plain browser, who sends a form again when the portal was away.

Each request comes from another address, so that many at once are no flood.
"""

import http.client
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode

FORM = "/report/new/"


@dataclass(frozen=True)
class Answer:
    method: str
    status: int
    page: str


@dataclass
class Browser:
    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    answers: list[Answer] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def open_form(self, *, summary: str) -> dict[str, str] | None:
        """The report form, filled in; None while the portal is away."""
        answer = self.get(FORM)
        if answer.status != HTTPStatus.OK:
            return None
        return {
            "csrfmiddlewaretoken": _value("csrfmiddlewaretoken", answer.page),
            "submission": _value("submission", answer.page),
            "summary": summary,
            "description": "It happens like this.",
            "project_unknown": "on",
            "email": f"{summary.replace(' ', '-')}@example.net",
        }

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        number = len(self.answers)
        headers = {
            "X-Forwarded-For": f"198.51.{number // 256}.{number % 256}",
            "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items()),
        }
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.port}",
                "Host": f"localhost:{self.port}",
            }
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        answer = Answer(method, response.status, response.read().decode())
        connection.close()
        self.answers.append(answer)
        return answer


def _value(name: str, page: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None
    return found[1]
