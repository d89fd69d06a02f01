"""The sample's report that came as a private one on the demo's GitHub, from an account that has never been here."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from portal.demo.cast import FINDER
from portal.demo.sample.people import REPOSITORY_IDS, full_name_of
from portal.github.client import Client
from portal.github.sandbox import Sandbox
from portal.sandbox_models import SandboxAdvisory
from reports.github_reports import arrival
from teams.models import Project

GHSA_ID: Final = "GHSA-7c3m-9qxh-4vjw"
WHERE: Final = "wadm"
AGO: Final = timedelta(hours=20)
SUMMARY: Final = "A manifest can name a lattice that its author may not use"
DESCRIPTION: Final = """The lattice in a manifest is compared with the author's rights before variables are filled in.
With a variable in its place the comparison sees the name of the variable, and the deployment goes where it leads.

1. Write `lattice: ${target}` into a manifest.
2. Deploy it with `target=default`, from an account that may use `staging` alone.

The application runs in `default`. Tried with 0.15.0 and with what is on the main branch today."""


def make(*, now: datetime) -> None:
    """There, and taken in here: as if GitHub had rung."""
    repository = REPOSITORY_IDS[WHERE]
    SandboxAdvisory.objects.create(
        repository_id=repository,
        ghsa_id=GHSA_ID,
        state=SandboxAdvisory.State.TRIAGE,
        was_reported=True,
        submitter_id=FINDER.id,
        summary=SUMMARY,
        description=DESCRIPTION,
        severity="high",
        cwe_ids=["CWE-367"],
        vulnerabilities=[
            {"package": {"ecosystem": "other", "name": WHERE}, "vulnerable_version_range": "<= 0.15.0"},
        ],
        credits=[{"login": FINDER.login, "type": "finder"}],
        collaborating_users=[FINDER.login],
        created_at=now - AGO,
        updated_at=now - AGO,
    )
    client = Client(Sandbox(), organisation=settings.POLICY.organisation.github_organisation)
    found = client.advisory(full_name_of(WHERE), GHSA_ID)
    arrival.take(found, project=Project.objects.get(name=WHERE), repository_id=repository, now=now)
