"""Mail that a hosted provider hands over by a webhook. Only providers that hand over the mail as it came: what was put
together anew carries no signature that still fits. Knows no reports.

Whether a request is from the provider is checked by django-anymail, which knows how each of them proves it.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Final

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from portal.mail_settings import Provider, ProviderAccess

FORM: Final = "application/x-www-form-urlencoded"
ONE_TO_ONE: Final = "latin-1"
"""Each byte is a character in it, so that a mail in whatever encoding survives being the value of a form's field."""

type Handed = Mapping[str, object]


class NotProven(Exception):
    """The request does not prove that it comes from the provider."""


class NoMail(Exception):
    """The request holds no mail as it came. The message says to whoever set it up what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one provider proves itself, and where in its request the mails are."""

    view: type[AnymailBaseWebhookView]
    key: str
    """What anymail calls the secret."""
    mails_in: Callable[[HttpRequest], Iterable[bytes]]


def check(request: HttpRequest, access: ProviderAccess) -> None:
    """Raise `NotProven` unless the request is the provider's, by one of the secrets."""
    if not any(_is_proven(request, WAYS[access.provider], secret=secret) for secret in access.secrets):
        raise NotProven


def _is_proven(request: HttpRequest, way: _Way, *, secret: str) -> bool:
    keys = {BASIC: [], way.key: secret}
    try:
        way.view(**keys).run_validators(request)
    except (AnymailWebhookValidationFailure, ValueError, TypeError):  # the others: of a header that is none
        return False
    return True


def mails_in(request: HttpRequest, provider: Provider) -> list[bytes]:
    """The sources of the mails, as they came. Raises `NoMail`."""
    try:
        return [raw for raw in WAYS[provider].mails_in(request) if raw]
    except (ValueError, KeyError, TypeError, binascii.Error, MultiPartParserError):
        raise NoMail(f"This is no mail as {provider.label} hands it over.") from None


def _of_mailgun(request: HttpRequest) -> Iterable[bytes]:
    """Its route must end in an address that holds “mime”, as ours does: then it hands over the mail as it came."""
    if request.content_type == FORM:
        form: QueryDict = QueryDict(request.body, encoding=ONE_TO_ONE)
    else:
        form, _ = MultiPartParser(request.META, BytesIO(request.body), [], ONE_TO_ONE).parse()
    if "body-mime" not in form:
        raise NoMail("Let the route forward to this address with forward(), not store().")
    return [str(form["body-mime"]).encode(ONE_TO_ONE)]


def _of_mailersend(request: HttpRequest) -> Iterable[bytes]:
    return [_bytes(_part(_object(request), "data")["raw"])]


def _of_postmark(request: HttpRequest) -> Iterable[bytes]:
    told = _object(request)
    if "RawEmail" not in told:
        raise NoMail("Tick “Include raw email content in JSON payload” where Postmark's inbound webhook is set up.")
    return [_bytes(told["RawEmail"])]


def _of_sparkpost(request: HttpRequest) -> Iterable[bytes]:
    told = json.loads(request.body)
    if not isinstance(told, list):
        raise TypeError
    relayed = [_part(each, "msys").get("relay_message") for each in told]
    contents = [_part(each, "content") for each in relayed if each is not None]
    return [
        _bytes(content["email_rfc822"], is_base64=content.get("email_rfc822_is_base64") is True) for content in contents
    ]


def _object(request: HttpRequest) -> Handed:
    told = json.loads(request.body)
    if not isinstance(told, dict):
        raise TypeError
    return told


def _part(told: object, name: str) -> Handed:
    if not isinstance(told, dict) or not isinstance(told.get(name), dict):
        raise TypeError
    part: Handed = told[name]
    return part


def _bytes(source: object, *, is_base64: bool = False) -> bytes:
    if not isinstance(source, str):
        raise TypeError
    if is_base64:
        return base64.b64decode(source, validate=False)
    return source.encode("utf-8", "replace")


BASIC: Final = "webhook_secret"
WAYS: Final[Mapping[Provider, _Way]] = MappingProxyType(
    {
        Provider.MAILGUN: _Way(view=MailgunInboundWebhookView, key="webhook_signing_key", mails_in=_of_mailgun),
        Provider.MAILERSEND: _Way(view=MailerSendInboundWebhookView, key="inbound_secret", mails_in=_of_mailersend),
        Provider.POSTMARK: _Way(view=PostmarkInboundWebhookView, key=BASIC, mails_in=_of_postmark),
        Provider.SPARKPOST: _Way(view=SparkPostInboundWebhookView, key=BASIC, mails_in=_of_sparkpost),
    }
)
