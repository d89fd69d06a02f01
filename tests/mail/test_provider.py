"""Mail that a hosted provider hands over by its webhook."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.mail_settings import Provider, ProviderAccess
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import sources
from reports.enums import Door
from reports.models import InboundMail
from tests.mail.letters import letter

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-thirty-characters!"
SIGN_IN = "portal:a-password-of-thirty-characters"
NOT_TEXT = letter(1).replace(b"charset=utf-8", b"charset=latin-1").replace(b"like this", b"so: \xfcbel")
"""What no provider can put into JSON as it is, and a form can."""


@dataclass(frozen=True, kw_only=True)
class Post:
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def basic(secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def signed(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def mailgun(raw: bytes, *, secret: str = SECRET) -> Post:
    proof = {"token": "t" * 50, "timestamp": "1764072000", "signature": signed(secret, b"1764072000" + b"t" * 50)}
    form = {**proof, "recipient": "security@example.org", "body-mime": raw}
    return Post(body=urlencode(form).encode(), content_type="application/x-www-form-urlencoded")


def mailgun_with_parts(raw: bytes, *, secret: str = SECRET) -> Post:
    proof = {"token": "t" * 50, "timestamp": "1764072000", "signature": signed(secret, b"1764072000" + b"t" * 50)}
    fields = {**{name: value.encode() for name, value in proof.items()}, "body-mime": raw}
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    ]
    return Post(body=b"".join(parts) + b"--edge--\r\n", content_type="multipart/form-data; boundary=edge")


def mailersend(raw: bytes, *, secret: str = SECRET) -> Post:
    body = json.dumps({"type": "inbound.message", "data": {"id": "1", "raw": raw.decode()}}).encode()
    return Post(body=body, headers={"Signature": signed(secret, body)})


def postmark(raw: bytes, *, secret: str = SIGN_IN) -> Post:
    body = json.dumps({"FromFull": {"Email": "rita@reporters.example"}, "RawEmail": raw.decode()}).encode()
    return Post(body=body, headers=basic(secret))


def sparkpost(raw: bytes, *, secret: str = SIGN_IN) -> Post:
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    relayed = {"msys": {"relay_message": {"protocol": "smtp", "content": content}}}
    return Post(body=json.dumps([{"msys": {}}, relayed]).encode(), headers=basic(secret))


type Hands = Callable[..., Post]
PROVIDERS: list[tuple[Provider, str, Hands, bytes]] = [
    (Provider.MAILGUN, SECRET, mailgun, NOT_TEXT),
    (Provider.MAILGUN, SECRET, mailgun_with_parts, NOT_TEXT),
    (Provider.MAILERSEND, SECRET, mailersend, letter(1)),
    (Provider.POSTMARK, SIGN_IN, postmark, letter(1)),
    (Provider.SPARKPOST, SIGN_IN, sparkpost, NOT_TEXT),
]
each_provider = pytest.mark.parametrize(
    ("provider", "secret", "hands", "raw"), PROVIDERS, ids=[hands.__name__ for _, _, hands, _ in PROVIDERS]
)


@pytest.fixture
def listens(settings: Settings) -> Callable[[Provider, str], None]:
    def listen(provider: Provider, *secrets: str) -> None:
        settings.MAIL_PROVIDER = ProviderAccess(provider=provider, secrets=secrets)

    return listen


def send(post: Post) -> int:
    answer = Client().post(reverse("mail-webhook"), post.body, post.content_type, headers=dict(post.headers))
    return answer.status_code


def taken() -> list[bytes]:
    with acting_as(SYSTEM):
        return [sources.read(mail) for mail in InboundMail.objects.filter(door=Door.PROVIDER)]


@each_provider
def test_a_mail_is_kept_byte_for_byte_before_the_provider_hears_so(
    listens: Callable[..., None], provider: Provider, secret: str, hands: Hands, raw: bytes
) -> None:
    listens(provider, secret)

    assert send(hands(raw)) == HTTPStatus.OK
    assert taken() == [raw]


@each_provider
def test_the_same_delivery_again_is_there_once(
    listens: Callable[..., None], provider: Provider, secret: str, hands: Hands, raw: bytes
) -> None:
    listens(provider, secret)

    assert [send(hands(raw)), send(hands(raw))] == [HTTPStatus.OK, HTTPStatus.OK]
    assert len(taken()) == 1


@each_provider
def test_whoever_does_not_prove_to_be_the_provider_leaves_nothing_behind(
    listens: Callable[..., None], provider: Provider, secret: str, hands: Hands, raw: bytes
) -> None:
    listens(provider, secret)
    right = hands(raw)
    wrong = [
        hands(raw, secret=secret[:-1] + "?"),
        Post(body=right.body.replace(b"t" * 50, b"u" * 50) if not right.headers else right.body),
        Post(body=right.body, content_type=right.content_type, headers=dict.fromkeys(right.headers, "Basic !"))
        if right.headers
        else Post(body=b"", content_type=right.content_type),
    ]

    assert [send(post) for post in wrong] == [HTTPStatus.UNAUTHORIZED] * 3
    assert taken() == []


@each_provider
def test_while_the_secret_is_changed_both_are_good(
    listens: Callable[..., None], provider: Provider, secret: str, hands: Hands, raw: bytes
) -> None:
    listens(provider, "portal:the-next-one-of-thirty-characters", secret)

    assert send(hands(raw)) == HTTPStatus.OK
    assert len(taken()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"RawEmail": 1}',
        b'{"FromFull": {}, "TextBody": "put together anew"}',
        b"\xff\x00",
        b'"RawEmail"',
    ],
)
def test_what_is_no_mail_as_it_came_is_refused_so_that_the_provider_keeps_it(
    listens: Callable[..., None], body: bytes
) -> None:
    listens(Provider.POSTMARK, SIGN_IN)

    assert send(Post(body=body, headers=basic(SIGN_IN))) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert taken() == []


def test_an_answer_says_to_whoever_set_it_up_what_to_change(listens: Callable[..., None]) -> None:
    listens(Provider.POSTMARK, SIGN_IN)

    answer = Client().post(reverse("mail-webhook"), b"{}", "application/json", headers=basic(SIGN_IN))

    assert answer.content.decode() == (
        "Tick “Include raw email content in JSON payload” where Postmark's inbound webhook is set up.\n"
    )


def test_of_a_mail_that_is_too_large_the_beginning_is_kept(listens: Callable[..., None], settings: Settings) -> None:
    listens(Provider.SPARKPOST, SIGN_IN)
    settings.MAIL_MOST_BYTES = 150

    assert send(sparkpost(letter(1))) == HTTPStatus.OK
    assert taken() == [letter(1)[:150]]


def test_without_a_provider_nothing_is_there_and_with_one_it_cannot_be_read(listens: Callable[..., None]) -> None:
    where = reverse("mail-webhook")
    before = [Client().get(where).status_code, Client().head(where).status_code, send(postmark(letter(1)))]

    listens(Provider.POSTMARK, SIGN_IN)

    assert before == [404, 404, 404]
    assert [Client().get(where).status_code, Client().head(where).status_code] == [405, 200]
