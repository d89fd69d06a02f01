"""Random words for all that people write on a report, to be looked for wherever they must not be."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Final

import pytest
from django.apps import apps
from django.db.models import Manager, Model
from django.test import Client, TestCase
from django.utils import timezone

from disclosures.enums import AnswerChannel, CreditAnswerKind
from disclosures.models import Credit, CreditAnswer
from portal.sealed.fields import sealed_fields
from portal.viewer import SYSTEM, acting_as
from reports.models import Report, SavedView, StagedFile
from tests import cast, rarer_tables
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
        with acting_as(SYSTEM):
            rarer_tables.fill(stage, now=timezone.now())
            _answer_about_credit(stage, canaries)
            for model in PEOPLE_WRITE:
                _fill(model, stage, canaries)
            stage.report.refresh_from_db()
    return stage


UNPLANTED: Final = {
    "reports.InboundMail.secret": "it opens a file, and is drawn at random",
    "reports.Attachment.secret": "the same",
    "reports.StagedFile.secret": "the same",
    "reports.StagedFile.name": "planted where it is looked for, in tests/test_stolen_backup.py",
    "reports.StagedFile.sha256": "a hash",
    "reports.Attachment.sha256": "a hash, of a file that holds one",
}
FILLED_ELSEWHERE: Final = (Report, SavedView, StagedFile, CreditAnswer)
PEOPLE_WRITE: Final = [model for model in apps.get_models() if sealed_fields(model) and model not in FILLED_ELSEWHERE]
OF_WHO_REPORTED: Final = frozenset(
    {"reports.OpenPGPKey", "reports.Reporter", "disclosures.Credit", "disclosures.CreditAnswer"}
)
"""What stands there names somebody of the reporter's side, or comes from them."""
OF_THE_TEAM: Final = frozenset(
    {
        "reports.Grant",
        "reports.Recusal",
        "reports.Restriction",
        "reports.Invitation",
        "reports.Finding",
        "reports.GitHubErrand",
        "disclosures.CveRequest",
        "disclosures.RuleException",
        "disclosures.Step",
        "disclosures.Withdrawal",
    }
)


def unplanted(canaries: Canaries) -> set[str]:
    """Each sealed field of which no row of the report holds a canary."""
    with acting_as(SYSTEM):
        fields = {(model, each.name) for model in apps.get_models() for each in sealed_fields(model)}
        return {
            f"{model._meta.label}.{name}"  # noqa: SLF001 - Django's own way to walk models
            for model, name in fields
            if not any(canaries.found_in(getattr(row, name)) for row in _manager(model).all())
        }


def _manager(model: type[Model]) -> Manager[Model]:
    return model._default_manager  # noqa: SLF001 - Django's way to any model


def _fill(model: type[Model], stage: Stage, canaries: Canaries) -> None:
    """Plant one in each field of the report's rows where none is."""
    label = model._meta.label  # noqa: SLF001 - as above
    rows = list(_manager(model).filter(report=stage.report))
    for name in (each.name for each in sealed_fields(model) if f"{label}.{each.name}" not in UNPLANTED):
        if not any(canaries.found_in(getattr(row, name)) for row in rows):
            for row in rows:
                setattr(row, name, _word_for(row, name, canaries))
                row.save(update_fields=[name])


def _word_for(row: Model, name: str, canaries: Canaries) -> str:
    label = row._meta.label  # noqa: SLF001 - as above
    if name == "file_list":
        return json.dumps([[canaries.words, 1, ""]])
    if name.endswith("url"):
        return f"https://example.org/{canaries.words}"
    if label in OF_THE_TEAM or name in {"problem", "day_reason", "placed"}:
        return canaries.note
    is_of_a_person = label in OF_WHO_REPORTED and not (isinstance(row, Credit) and row.user_id)
    return canaries.identity if is_of_a_person or name.startswith("submitter") else canaries.words


def _answer_about_credit(stage: Stage, canaries: Canaries) -> None:
    """The database lets none be changed afterwards."""
    CreditAnswer.objects.create(
        report=stage.report,
        credit=stage.thanks.reporter,
        answer=CreditAnswerKind.NAMED,
        channel=AnswerChannel.PAGE,
        text=canaries.identity,
        note=canaries.note,
    )


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
