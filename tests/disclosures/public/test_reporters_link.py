"""The reporter's page leads to what became public of their report, and to nothing before."""

import pytest
from django.test import Client

from disclosures import publishing
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report
from tests import factories
from tests.disclosures.advisories import PUBLISHED
from tests.disclosures.factories import approved_advisory

pytestmark = pytest.mark.django_db


def test_whoever_reported_is_led_to_the_advisory_once_everybody_may_read_it(client: Client) -> None:
    receipt = factories.receipt(projects=[factories.ProjectFactory.create()])
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(state=State.READY)
    advisory = approved_advisory(receipt.report)
    client.post(f"/r/{receipt.key}/")
    address = f"/track/{receipt.report.reference}/"

    before = client.get(address).content.decode()
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(state=State.DISCLOSED)
    unpublished = client.get(address).content.decode()
    with acting_as(SYSTEM):
        publishing.publish(advisory, now=PUBLISHED)
    after = client.get(address).content.decode()

    link = f'href="/advisories/{advisory.identifier}/"'
    assert [link in page for page in (before, unpublished, after)] == [False, False, True]
    assert advisory.identifier not in before + unpublished
