"""Leads what the portal asks of GitHub to the demo's stand-in, through real requests and answers, without a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests
from django.http import HttpResponse
from django.test import Client
from requests.adapters import BaseAdapter

STAND_IN = "/sandbox/github"
PLACES = {"github.com": STAND_IN, "api.github.com": f"{STAND_IN}/api/v3"}


@dataclass(frozen=True, slots=True)
class Instead:
    """What GitHub answers instead, on the address that ends in the key under which this stands."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"


@dataclass
class Wire(BaseAdapter):
    """`instead`: answers by the end of the path; an exception there is raised as if the network had failed."""

    instead: dict[str, Instead | requests.RequestException] = field(default_factory=dict)
    asked: list[requests.PreparedRequest] = field(default_factory=list)

    def send(  # type: ignore[override] # only what the portal uses
        self, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        self.asked.append(request)
        path = urlsplit(str(request.url)).path
        for end, other in self.instead.items():
            if path.endswith(end):
                if isinstance(other, requests.RequestException):
                    raise other
                return _response(request, other)
        return _response(request, self._stand_in(request))

    def close(self) -> None:
        """Nothing is open."""

    def _stand_in(self, request: requests.PreparedRequest) -> Instead:
        where = urlsplit(str(request.url))
        headers = {name: str(value) for name, value in request.headers.items() if name in {"Accept", "Authorization"}}
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        client, path = Client(), f"{PLACES[str(where.hostname)]}{where.path}"
        answer = (
            client.post(path, form, headers=headers) if request.method == "POST" else client.get(path, headers=headers)
        )
        return Instead(body=answer.content, status=answer.status_code, content_type=answer.headers["Content-Type"])


def _response(request: requests.PreparedRequest, answer: Instead) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response._content = answer.body  # noqa: SLF001 - how an adapter of requests hands over what it has read
    response.url = str(request.url)
    response.request = request
    if answer.content_type:
        response.headers["content-type"] = answer.content_type
    return response


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who signs in with GitHub."""

    client: Client

    def ask(self, *, after: str = "") -> str:
        """Press the button; the address at GitHub to which it leads."""
        answer = self.client.post(f"/account/github/login/?next={after}" if after else "/account/github/login/")
        assert answer.status_code == 302
        return answer.headers["Location"]

    def consent(self, address: str, *, account: int | None) -> str:
        """Say yes at GitHub as `account`, or no; the address to which that leads back."""
        where = urlsplit(address)
        form: Mapping[str, str] = {name: values[0] for name, values in parse_qs(where.query).items()}
        answer = Client().post(f"{STAND_IN}{where.path}", {**form, "account": str(account or "")})
        assert answer.status_code == 302
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, account: int, *, after: str = "") -> HttpResponse:
        response = self.client.get(self.consent(self.ask(after=after), account=account))
        assert isinstance(response, HttpResponse)
        return response
