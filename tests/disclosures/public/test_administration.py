"""What the world was told, as the administration lists it: found and read there, and changed by nobody."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disclosures.models import PublishedAdvisory
from tests import factories
from tests.disclosures.advisories import PUBLISHED, RICH
from tests.disclosures.public.told import several, told
from tests.people import browser_of

pytestmark = pytest.mark.django_db

MODELS = ("publishedadvisory", "publishedrevision", "publishedfile")


@pytest.fixture
def member() -> Client:
    return browser_of(factories.member())


def listed(client: Client, model: str, **asked: str) -> list[str]:
    answer = client.get(reverse(f"admin:disclosures_{model}_changelist"), asked)
    assert answer.status_code == HTTPStatus.OK
    return [str(row) for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("words", ["Path traversal", "cve-2026-12345", "GHSA-2222-3333-4444", RICH.identifier.lower()])
def test_an_advisory_is_found_by_its_title_and_by_each_of_its_ids(member: Client, words: str) -> None:
    several(2)
    told(replace(RICH, title="Path traversal in the router"))

    assert listed(member, "publishedadvisory", q=words) == [RICH.identifier]


def test_what_was_withdrawn_is_found_by_a_filter(member: Client) -> None:
    several(1)
    told(replace(RICH, withdrawn_at=PUBLISHED + timedelta(days=3), withdrawal_reason="A misreading."))

    assert listed(member, "publishedadvisory", withdrawn_at__isempty="0") == [RICH.identifier]


def test_each_row_leads_to_where_everybody_reads_it(member: Client) -> None:
    advisory = told()
    file = advisory.files.get(path__startswith="osv/")
    rows = (
        ("publishedadvisory", advisory.pk, f"/advisories/{RICH.identifier}/"),
        ("publishedrevision", advisory.revisions.get().pk, f"/advisories/{RICH.identifier}/revisions/1/"),
        ("publishedfile", file.pk, f"/{file.path}"),
    )

    for model, number, address in rows:
        page = member.get(reverse(f"admin:disclosures_{model}_change", args=[number])).content.decode()
        assert f'href="{address}"' in page, model
        assert Client().get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize("model", MODELS)
def test_nobody_adds_changes_or_deletes_a_row(member: Client, model: str) -> None:
    advisory = told()
    number = advisory.revisions.get().pk if model == "publishedrevision" else advisory.pk
    if model == "publishedfile":
        number = advisory.files.all()[0].pk
    before = listed(member, model), list(PublishedAdvisory.objects.values())

    answers = [
        member.post(reverse(f"admin:disclosures_{model}_{verb}", args=args), {"title": "Another", "post": "yes"})
        for verb, args in (("add", []), ("change", [number]), ("delete", [number]))
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 3
    assert (listed(member, model), list(PublishedAdvisory.objects.values())) == before


@pytest.mark.parametrize("model", MODELS)
def test_lists_ask_as_much_for_three_advisories_as_for_one_and_nothing_large(member: Client, model: str) -> None:
    several(1)
    listed(member, model)
    with CaptureQueriesContext(connection) as one:
        listed(member, model)
    several(3)

    with CaptureQueriesContext(connection) as three:
        listed(member, model)

    assert len(one) == len(three) <= 12
    assert [query["sql"] for query in three if '"snapshot"' in query["sql"] or '"content"' in query["sql"]] == []
