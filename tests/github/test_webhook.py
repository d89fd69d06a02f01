"""GitHub's deliveries: proven by a signature, acted upon once, and of what they say nothing is kept."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as portal_settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from portal.github import deliveries
from portal.github.deliveries import ACTION, CHANGES, Word
from portal.models import DeliveryState, GitHubDelivery
from portal.policy.organisation import Policy
from portal.viewer import SYSTEM, acting_as
from reports import tidying
from tests.github.contract import CONTRACTS, at, listed, needs_contracts, webhooks

pytestmark = pytest.mark.django_db

SECRET, NEW_SECRET = "the secret of the webhook", "the secret that comes next"
PAYLOADS = sorted((CONTRACTS / "webhooks").glob("*.json"))
OURS: Mapping[str, object] = {
    "action": "archived",
    "repository": {"id": 5, "owner": {"login": portal_settings.POLICY.organisation.github_organisation}},
}


@pytest.fixture(autouse=True)
def secrets(settings: Settings) -> None:
    settings.GITHUB_WEBHOOK_SECRETS = [SECRET]


def send(
    payload: object = OURS,
    *,
    event: str = "repository",
    delivery: str = "",
    secret: str = SECRET,
    body: bytes | None = None,
    content_type: str = "application/json",
    **headers: str,
) -> HttpResponse:
    raw = json.dumps(payload).encode() if body is None else body
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    answer = Client(enforce_csrf_checks=True).post(
        "/github/webhook/",
        raw,
        content_type=content_type,
        headers={
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid4()),
            "X-Hub-Signature-256": f"sha256={signature}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )
    assert isinstance(answer, HttpResponse)
    return answer


def bells() -> list[tuple[str, tuple[int, ...]]]:
    return [(row.task["func"], row.task["args"]) for row in OrmQ.objects.all()]


@pytest.mark.django_db(transaction=True)
def test_a_delivery_is_kept_by_its_numbers_and_rings_for_the_worker() -> None:
    delivery = str(uuid4())
    before = datetime.now(UTC)

    answer = send(delivery=delivery)

    row = GitHubDelivery.objects.get()
    assert answer.status_code == HTTPStatus.ACCEPTED
    assert (str(row.delivery), row.event, row.action, row.repository_id) == (delivery, "repository", "archived", 5)
    assert row.state == DeliveryState.RECEIVED
    assert before <= row.received_at <= datetime.now(UTC)
    assert bells() == [(deliveries.SYNC_TASK, (row.pk,))]


@pytest.mark.django_db(transaction=True)
def test_who_listens_for_its_kind_is_rung_too_and_learns_what_it_was_about(settings: Settings) -> None:
    settings.GITHUB_LISTENERS = {"release": ["some.task", "another.task"]}

    send({**OURS, "action": "published"}, event="release")
    send(event="repository")

    release, repository = GitHubDelivery.objects.order_by("pk")
    assert bells() == [
        (deliveries.SYNC_TASK, (release.pk,)),
        ("some.task", (release.pk,)),
        ("another.task", (release.pk,)),
        (deliveries.SYNC_TASK, (repository.pk,)),
    ]
    assert deliveries.told_of(release.pk) == Word("release", "published", 5)
    assert deliveries.told_of(0) is None


@pytest.mark.django_db(transaction=True)
def test_eight_copies_at_once_act_once() -> None:
    delivery = str(uuid4())

    def one_copy(_: int) -> int:
        try:
            return send(delivery=delivery).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as together:
        statuses = sorted(together.map(one_copy, range(8)))

    assert statuses == [HTTPStatus.ACCEPTED, *[HTTPStatus.NO_CONTENT] * 7]
    assert GitHubDelivery.objects.count() == len(bells()) == 1


@needs_contracts
@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.name)
def test_each_payload_that_github_shows_is_taken_in_or_left_alone(path: Path, settings: Settings) -> None:
    event, action = path.name.split(".")[:2]
    payload = json.loads(path.read_text())
    settings.POLICY = _policy_of("Octocoders" if "Octocoders" in path.read_text() else "Codertocat")

    answer = send(payload, event=event)

    kept = [(row.event, row.action, row.repository_id) for row in GitHubDelivery.objects.all()]
    about = payload["repository"]["id"] if "repository" in payload else None
    if event == "installation":
        assert (answer.status_code, kept) == (HTTPStatus.NO_CONTENT, [])
    else:
        assert answer.status_code == HTTPStatus.ACCEPTED
        assert kept == [(event, "" if event == "ping" else action, about)]


def test_four_megabytes_are_answered_within_a_second() -> None:
    send(event="star")
    began = time.monotonic()

    answer = send({**OURS, "commits": ["x" * 1_000] * 4_000})

    assert answer.status_code == HTTPStatus.ACCEPTED
    assert time.monotonic() - began < 1


def _policy_of(organisation: str) -> Policy:
    ours = portal_settings.POLICY
    return replace(ours, organisation=replace(ours.organisation, github_organisation=organisation))


@needs_contracts
def test_what_is_read_of_a_delivery_is_what_github_promises() -> None:
    read = {name: schema for name, schema in webhooks().items() if name.replace("-", "_").startswith(tuple(CHANGES))}
    told = {}
    for name, schema in read.items():
        properties = at(schema, "properties")
        places = [place for place in ("repository", "organization") if place in listed(schema["required"])]
        kinds = [at(properties, place, "properties", "id")["type"] for place in places]
        told[name] = (at(properties, "action")["enum"], set(kinds))

    assert len(told) >= 18
    for name, (actions, types) in told.items():
        assert [ACTION.fullmatch(str(action)) is not None for action in listed(actions)] == [True], name
        assert types == {"integer"}, name


@pytest.mark.django_db(transaction=True)
def test_a_ping_is_kept_and_rings_for_nobody() -> None:
    assert send({"zen": "Design for failure.", "hook": {"app_id": 1}}, event="ping").status_code == HTTPStatus.ACCEPTED

    assert GitHubDelivery.objects.get().state == DeliveryState.SETTLED
    assert bells() == []


def test_of_what_it_says_nothing_is_kept() -> None:
    canary = "a-canary-in-an-advisory"
    payload = {**OURS, "action": "reported", "repository_advisory": {"description": canary, "ghsa_id": canary}}

    send(payload, event="repository_advisory")

    assert canary not in str(list(GitHubDelivery.objects.values()))
    assert GitHubDelivery.objects.get().repository_id == 5


@pytest.mark.parametrize("secret", [SECRET, NEW_SECRET])
def test_while_the_secret_is_changed_both_are_good(settings: Settings, secret: str) -> None:
    settings.GITHUB_WEBHOOK_SECRETS = [NEW_SECRET, SECRET]

    assert send(secret=secret).status_code == HTTPStatus.ACCEPTED


def test_without_a_secret_nothing_is_there(settings: Settings) -> None:
    settings.GITHUB_WEBHOOK_SECRETS = []

    assert send(secret="").status_code == HTTPStatus.NOT_FOUND
    assert not GitHubDelivery.objects.exists()


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=0000", "\xe9" * 71, hmac.new(b"", b"", hashlib.sha256).hexdigest()],
)
def test_what_is_not_signed_is_not_even_read(signature: str) -> None:
    answer = send(body=b"{", X_Hub_Signature_256=signature)

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert not GitHubDelivery.objects.exists()


def test_the_older_signature_proves_nothing() -> None:
    body = json.dumps(OURS).encode()
    older = f"sha1={hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()}"

    answer = send(body=body, X_Hub_Signature_256="", X_Hub_Signature=older)

    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_a_byte_more_is_not_what_was_signed() -> None:
    body = json.dumps(OURS).encode()
    signature = f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"

    assert send(body=body + b" ", X_Hub_Signature_256=signature).status_code == HTTPStatus.UNAUTHORIZED
    assert send(body=body, X_Hub_Signature_256=signature).status_code == HTTPStatus.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"content_type": "application/x-www-form-urlencoded"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ({"content_type": "text/plain"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ({"content_type": "application/json; charset=utf-8"}, HTTPStatus.ACCEPTED),
        ({"delivery": "1"}, HTTPStatus.BAD_REQUEST),
        ({"event": "star"}, HTTPStatus.NO_CONTENT),
        ({"event": ""}, HTTPStatus.NO_CONTENT),
        ({"body": b"{"}, HTTPStatus.BAD_REQUEST),
        ({"body": b"[]"}, HTTPStatus.BAD_REQUEST),
        ({"body": b"\xff\xfe{}"}, HTTPStatus.BAD_REQUEST),
        ({"body": b"[" * 100_000}, HTTPStatus.BAD_REQUEST),
        ({"body": b"{}" + b" " * (5 * 1024 * 1024)}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ({"payload": {}}, HTTPStatus.FORBIDDEN),
        ({"payload": {"organization": {"login": "Octocoders"}}}, HTTPStatus.FORBIDDEN),
        ({"payload": {"repository": {"owner": "wasmCloud"}}}, HTTPStatus.FORBIDDEN),
        ({"payload": {"organization": {"login": "WASMCLOUD"}}}, HTTPStatus.ACCEPTED),
        ({"payload": {**OURS, "action": "x" * 100, "repository": {"id": -1, "owner": {"login": "wasmCloud"}}}}, 202),
    ],
)
def test_what_else_may_come(changes: dict[str, Any], status: int) -> None:
    answer = send(**changes)

    assert answer.status_code == status
    assert GitHubDelivery.objects.count() == (1 if status == HTTPStatus.ACCEPTED else 0)
    assert b"Octocoders" not in answer.content


def test_a_repository_that_was_given_away_is_one_of_ours() -> None:
    given_away = {
        "action": "transferred",
        "repository": {"id": 5, "owner": {"login": "Octocoders"}},
        "changes": {"owner": {"from": {"organization": {"login": "wasmCloud"}}}},
    }

    assert send(given_away).status_code == HTTPStatus.ACCEPTED


def test_a_delivery_is_settled_once() -> None:
    deliveries.record(UUID(int=1), Word("member", "removed", 5), now=datetime.now(UTC))
    row = GitHubDelivery.objects.get()

    assert [deliveries.settle(row.pk), deliveries.settle(row.pk), deliveries.settle(0)] == [True, False, False]


def test_what_was_settled_long_ago_is_forgotten_and_what_waits_is_not() -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    for number in (1, 2):
        deliveries.record(UUID(int=number), Word("member", "removed", 5), now=long_ago)
    settled, waiting = GitHubDelivery.objects.order_by("pk")
    deliveries.settle(settled.pk)

    with acting_as(SYSTEM):
        tidying.tidy(now=long_ago + timedelta(days=89))
    assert GitHubDelivery.objects.count() == 2
    with acting_as(SYSTEM):
        tidying.tidy(now=long_ago + timedelta(days=91))

    assert list(GitHubDelivery.objects.all()) == [waiting]
