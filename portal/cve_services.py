"""CVE Services, for an organisation that gives out CVE IDs itself. See docs/decisions/0016-cve-services.md.

Nothing here asks twice by itself: whoever reserves an ID whose answer is lost looks first which ones are reserved.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import Final, Protocol, override

import requests
from cvelib.cve_api import CveApi, CveRecord, CveRecordValidationError
from django.conf import settings

LONGEST_ANSWER: Final = 4 * 1024 * 1024
CHUNK: Final = 64 * 1024
CONNECT: Final = 5.0
"""Seconds, as the next two: until they let us in."""
READ: Final = 15.0
"""Between two pieces of an answer."""
WHOLE: Final = 25.0
"""From the first piece of an answer to its last."""
MOST_LISTED: Final = 1_000
ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,12}")
CODE: Final = re.compile(r"[A-Z][A-Z_]{2,59}")
RECORD_EXISTS: Final = "CVE_RECORD_EXISTS"
NO_RECORD: Final = "CVE_RECORD_DNE"

type Container = Mapping[str, object]


class CveServicesError(Exception):
    """It was not done. No message quotes anything of an answer but its code."""


class Unavailable(CveServicesError):
    """They do not answer, break, or are asked too much. Nothing was done."""


class Uncertain(CveServicesError):
    """It may have been done: the answer was lost, or is none. Look before asking again."""


class NotAllowed(CveServicesError):
    """Our user or key is not known there, or may not do that: a setting is to be put right."""


class NotAccepted(CveServicesError):
    """They refuse what was sent, or our own check before sending does. `code`: theirs, if they gave one."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Ours at CVE Services, and nobody else's: what this user has reserved, the portal takes for its own."""

    url: str
    organisation: str
    user: str
    key: str


def account() -> Account | None:
    """None unless the organisation is a CNA."""
    if not settings.CVE_SERVICES_ORG:
        return None
    return Account(
        url=settings.CVE_SERVICES_URL,
        organisation=settings.CVE_SERVICES_ORG,
        user=settings.CVE_SERVICES_USER,
        key=settings.CVE_SERVICES_API_KEY,
    )


class CveServices:
    def __init__(self, ours: Account) -> None:
        self._user = ours.user
        self._api = _Api(username=ours.user, org=ours.organisation, api_key=ours.key, url=ours.url)

    def reserved_since(self, moment: datetime, *, year: int) -> tuple[str, ...]:
        """IDs of that year which our user reserved since then, and which have no record yet; the earliest first."""
        listed = self._api.list_cves(year=str(year), state=CveApi.States.RESERVED.value, reserved_gt=moment)
        try:
            rows = [_Reserved.read(row) for row in islice(listed, MOST_LISTED)]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Unavailable("The list of reserved IDs cannot be read.") from None
        ours = [row for row in rows if row.user == self._user and row.at > moment]
        return tuple(row.cve_id for row in sorted(ours, key=lambda row: (row.at, row.cve_id)))

    def reserve(self, *, year: int) -> str:
        """One more ID. After `Uncertain` it may be among those of `reserved_since`."""
        try:
            (reserved,) = self._api.reserve(1, random=False, year=str(year))["cve_ids"]
            cve_id = str(reserved["cve_id"])
        except (ValueError, TypeError, KeyError):
            raise Uncertain("CVE Services have reserved an ID, and what they say of it cannot be read.") from None
        if not ID.fullmatch(cve_id):
            raise Uncertain("CVE Services have reserved something that is no ID.")
        return cve_id

    def publish(self, cve_id: str, container: Container) -> None:
        """Its record, made or brought up to date: the same again changes nothing."""
        sent = _checked(container, CveRecord.Schemas.CNA_PUBLISHED)
        self._made_or_changed(self._api.publish, self._api.update_published, cve_id, sent)

    def reject(self, cve_id: str, container: Container) -> None:
        """An ID that was only reserved, or a record that is out. It can be said again."""
        sent = _checked(container, CveRecord.Schemas.CNA_REJECTED)
        self._made_or_changed(self._api.reject, self._api.update_rejected, cve_id, sent)

    def _made_or_changed(self, make: "_Write", change: "_Write", cve_id: str, container: dict[str, object]) -> None:
        """`cvelib` writes into what it is given, so each gets a copy. What it makes of the answer is of no use here."""
        try:
            make(cve_id, dict(container), validate=False)
        except NotAccepted as refusal:
            if refusal.code != RECORD_EXISTS:
                raise
            change(cve_id, dict(container), validate=False)
        except ValueError:
            raise Uncertain("CVE Services have taken it, and what they say of it cannot be read.") from None


class _Api(CveApi):
    """`cvelib` waits a minute for an answer of any length, and follows wherever it is sent, our key in its hand."""

    @override
    def _http_request(self, method: str, path: str, **kwargs: object) -> requests.Response:
        writes = method != "get"
        headers = {"CVE-API-KEY": self.api_key, "CVE-API-ORG": self.org, "CVE-API-USER": self.username}
        try:
            response = requests.request(
                method,
                f"{self.url}{path}",
                headers=headers,
                timeout=(CONNECT, READ),
                allow_redirects=False,
                stream=True,
                **kwargs,  # type: ignore[arg-type] # `params` and `json`, as its own methods give them
            )
            with response:
                _read(response)
        except requests.ConnectTimeout:
            raise Unavailable("CVE Services cannot be reached.") from None
        except requests.RequestException as failure:
            raise _lost(f"CVE Services do not answer ({type(failure).__name__}).", writes=writes) from None
        _judge(response, writes=writes)
        return response


class _Write(Protocol):
    def __call__(self, cve_id: str, cve_json: dict[str, object], *, validate: bool) -> object: ...


@dataclass(frozen=True, slots=True)
class _Reserved:
    cve_id: str
    at: datetime
    user: str

    @classmethod
    def read(cls, row: Mapping[str, object]) -> "_Reserved":
        by = row["requested_by"]
        cve_id, at = str(row["cve_id"]), datetime.fromisoformat(str(row["reserved"]))
        if not ID.fullmatch(cve_id) or not isinstance(by, Mapping):
            raise ValueError(cve_id)
        return cls(cve_id, at if at.tzinfo else at.replace(tzinfo=UTC), str(by["user"]))


def _read(response: requests.Response) -> None:
    until, body = time.monotonic() + WHOLE, bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > LONGEST_ANSWER or time.monotonic() > until:
            raise requests.exceptions.ContentDecodingError
    response._content = bytes(body)  # noqa: SLF001 - how requests keeps what it has read


def _judge(response: requests.Response, *, writes: bool) -> None:
    status, code = response.status_code, _code(response)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if code == "EXCEEDED_ID_QUOTA":
        raise NotAccepted("The organisation has used up the IDs that it may reserve.", code=code)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and code != RECORD_EXISTS:
        raise NotAllowed(f"CVE Services do not let us in ({status}): see CVE_SERVICES_ORG, _USER and _API_KEY.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unavailable("CVE Services are asked too often.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _lost(f"CVE Services are broken at present ({status}).", writes=writes)
    if status < HTTPStatus.BAD_REQUEST:
        raise NotAllowed("CVE Services send us elsewhere: see CVE_SERVICES_URL.")
    raise NotAccepted(f"CVE Services refuse it ({code or status}).", code=code)


def _lost(message: str, *, writes: bool) -> CveServicesError:
    return Uncertain(message) if writes else Unavailable(message)


def _code(response: requests.Response) -> str:
    try:
        said = response.json().get("error", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return said if isinstance(said, str) and CODE.fullmatch(said) else ""


def _checked(container: Container, schema: "CveRecord.Schemas") -> dict[str, object]:
    sent = dict(container)
    try:
        CveRecord.validate(sent, schema)
    except CveRecordValidationError:
        raise NotAccepted("The record is not what the CVE schema asks for.") from None
    return sent
