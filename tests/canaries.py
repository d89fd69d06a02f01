"""Random words for all that people write on a report, to be looked for wherever they must not be."""

import secrets
from dataclasses import dataclass, field

import pytest
from django.test import Client, TestCase

from tests import cast
from tests.cast import Stage, Who

COMMON_WORD = "weakness"


@dataclass(frozen=True)
class Canaries:
    """`words` are the report's, `identity` the reporter's name and address, `note` what the team keeps to itself."""

    words: str = field(default_factory=lambda: f"w{secrets.token_hex(6)}")
    identity: str = field(default_factory=lambda: f"i{secrets.token_hex(6)}")
    note: str = field(default_factory=lambda: f"n{secrets.token_hex(6)}")

    def found_in(self, text: str) -> list[str]:
        """Also as PostgreSQL shows bytes."""
        folded = text.casefold()
        birds = (self.words, self.identity, self.note)
        return [bird for bird in birds if bird in folded or bird.encode().hex() in folded]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def stage(canaries: Canaries) -> Stage:
    return planted(canaries)


def planted(canaries: Canaries) -> Stage:
    """A report with a canary in every field, answered, noted on, sorted, declined and opened again."""
    words, text = canaries.words, f"{COMMON_WORD} {canaries.words}"
    with TestCase.captureOnCommitCallbacks(execute=True):
        stage = cast.build(
            text=text,
            summary=text,
            description=text,
            affected_versions=words,
            reproduction=words,
            impact=words,
            dependency_name=words,
            dependency_version=words,
            already_public=True,
            public_where=words,
            exploited=True,
            exploit_evidence=words,
            file_name=f"{words}.txt",
            file_content=words.encode(),
            name=canaries.identity,
            email=f"{canaries.identity}@example.net",
        )
        _work_on_it(stage, canaries)
    return stage


def _work_on_it(stage: Stage, canaries: Canaries) -> None:
    desk, reporter = stage.browser(Who.MEMBER), stage.browser(Who.REPORTER)
    place, track = (f"/{part}/{stage.report.reference}/" for part in ("reports", "track"))
    words, note = canaries.words, canaries.note
    steps: list[tuple[Client, str, dict[str, str]]] = [
        (desk, f"{place}acknowledge/", {"message": words, "take_coordination": "on"}),
        (desk, f"{place}write/", {"text": note, "audience": "team", "token": "1"}),
        (desk, f"{place}write/", {"text": words, "audience": "reporter", "token": "2"}),
        (desk, f"{place}waiting/", {"wait": "yes"}),
        (desk, f"{place}severity/", {"cvss31": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}),
        (desk, "/reports/views/save/", {"name": note, "query": f"q={words}"}),
        (reporter, track, {"text": words}),
        (
            reporter,
            f"{track}credit/",
            {"credit_wish": "yes", "credit_name": canaries.identity, "agreed": canaries.identity},
        ),
        (reporter, f"{track}invite/", {"name": canaries.identity, "email": f"co-{canaries.identity}@example.net"}),
        (desk, f"{place}identify/", {"waiver": note, "message": ""}),
        (reporter, f"{track}withdraw/", {"why": words}),
    ]
    for browser, where, data in steps:
        assert browser.post(where, data).status_code == 302, where
