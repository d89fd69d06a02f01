"""Who gave out a CVE ID is named in its record, and nobody else: least of all we, of what is not ours."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django.fixtures import Settings

from disclosures import cves, publishing
from disclosures.enums import CveRoute
from disclosures.formats.cve import GITHUB
from disclosures.models import Advisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.guards import Refused
from teams.models import User
from tests import factories
from tests.cve_services.server import ours, running
from tests.disclosures.advisories import PUBLISHED
from tests.disclosures.factories import approved_advisory, report_of

pytestmark = pytest.mark.django_db

CVE_ID = "CVE-2026-40001"


@pytest.fixture
def a_cna(settings: Settings) -> Iterator[None]:
    with running() as there:
        ours(settings, there)
        yield


@pytest.fixture
def member() -> User:
    return factories.member()


def called(given_by: CveRoute, member: User) -> Advisory:
    """Published, with an ID that somebody entered."""
    advisory = approved_advisory(report_of(factories.ProjectFactory.create(), state=State.READY))
    with acting_as(factories.looking(member)):
        wish = cves.need(advisory, now=PUBLISHED)
        cves.enter(wish, cve_id=CVE_ID, given_by=given_by, by=member, now=PUBLISHED)
    with acting_as(SYSTEM):
        publishing.publish(advisory, now=PUBLISHED)
    return advisory


@pytest.mark.clause("P15")
@pytest.mark.usefixtures("a_cna")
@pytest.mark.parametrize("given_by", [CveRoute.CNA, CveRoute.GITHUB])
def test_a_record_names_whoever_gave_out_its_id(client: Client, member: User, given_by: CveRoute) -> None:
    advisory = called(given_by, member)

    record = client.get(f"/advisories/{advisory.identifier}/cve.json").json()

    assigner = configured.CVE_SERVICES_ORG_ID if given_by is CveRoute.CNA else GITHUB.org_id
    assert record["cveMetadata"]["assignerOrgId"] == assigner
    assert record["containers"]["cna"]["providerMetadata"]["orgId"] == assigner


@pytest.mark.clause("P15")
@pytest.mark.usefixtures("a_cna")
def test_of_an_id_from_elsewhere_there_is_no_record_of_ours_to_be_found(client: Client, member: User) -> None:
    advisory = called(CveRoute.BY_HAND, member)
    place = f"/advisories/{advisory.identifier}/"

    page, index = client.get(place), client.get("/advisories/index.json").json()["advisories"][0]
    csaf = client.get(index["csaf"].removeprefix(configured.BASE_URL))

    assert CVE_ID in page.content.decode()
    assert (index["cve_ids"], "cve" in index) == ([CVE_ID], False)
    assert csaf.json()["vulnerabilities"][0]["cve"] == CVE_ID
    assert client.get(f"{place}cve.json").status_code == HTTPStatus.NOT_FOUND
    named = configured.CVE_SERVICES_ORG_ID
    assert [
        told for told in (page, csaf) if named in told.content.decode() or "cve.json" in told.content.decode()
    ] == []


@pytest.mark.usefixtures("a_cna")
def test_an_id_that_github_tells_of_is_not_ours_though_one_of_ours_was_asked_for(member: User) -> None:
    advisory = approved_advisory(report_of(factories.ProjectFactory.create(), state=State.READY))
    with acting_as(factories.looking(member)):
        cves.request_of_our_own(cves.need(advisory, now=PUBLISHED), by=member, now=PUBLISHED)

    with acting_as(SYSTEM):
        cves.arrived(cves.need(advisory, now=PUBLISHED), CVE_ID, now=PUBLISHED)
        told = publishing.snapshot_of(advisory, publishing.publishable(advisory), now=PUBLISHED)  # type: ignore[arg-type] # it is approved

    assert (told.cve_id, told.cve_assigner) == (CVE_ID, GITHUB)


def test_who_is_no_cna_cannot_have_given_one_out(member: User) -> None:
    with pytest.raises(Refused, match="gives out no IDs itself"):
        called(CveRoute.CNA, member)
