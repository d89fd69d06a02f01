"""Names on GitHub: in no draft, and no handle that nobody has holds anything up."""

import pytest

from disclosures import credit_answers, credit_desk
from disclosures.conductor import rewriting
from disclosures.credit_answers import Said
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.enums import CreditAnswerKind, StepKind, StepState
from disclosures.models import Credit, PublishedAdvisory
from disclosures.snapshot import from_json
from portal.sandbox_models import SandboxAccount
from portal.viewer import SYSTEM, acting_as
from tests.disclosures.conductor.stage import Stage

pytestmark = pytest.mark.django_db
ROBIN = Naming(name="Robin Reporter", handle="nobody-has-this")


def agree(built: Stage, naming: Naming = ROBIN) -> None:
    with acting_as(SYSTEM):
        prepare(built.report, now=built.now)
        said = Said(kind=CreditAnswerKind.NAMED, naming=naming)
        credit_answers.answer(credit(built), said, agreed=said.text, by=built.report.reporters.get(), now=built.now)


def credit(built: Stage) -> Credit:
    with acting_as(SYSTEM):
        return Credit.objects.select_related("report").get(reporter__report=built.report)


def publish(built: Stage) -> None:
    built.release_all()
    built.start()
    built.conduct()


@pytest.mark.clause("P18")
def test_a_handle_that_nobody_has_holds_nothing_up_and_its_owner_is_thanked_in_the_text(ready: Stage) -> None:
    agree(ready)

    publish(ready)

    assert ready.open_steps() == set()
    for name in ("wadm", "wash"):
        assert ready.on_github(name).credits == []
        assert "Robin Reporter" in ready.on_github(name).description
    assert credit(ready).handle_unknown_at == ready.now
    (person,) = from_json(PublishedAdvisory.objects.get().snapshot).credits
    assert (person.text, person.handle) == ("Robin Reporter (@nobody-has-this)", "")


@pytest.mark.clause("P18")
def test_whoever_has_a_login_is_credited_by_it_beside_somebody_who_has_none(ready: Stage) -> None:
    SandboxAccount.objects.create(github_id=901, login="dora")
    agree(ready)
    with acting_as(SYSTEM):
        Credit.objects.create(
            report=ready.report, kind="finder", answer="named", answered_at=ready.now, handle="Dora", text="@Dora"
        )
    SandboxAccount.objects.filter(login="dora").update(login="Dora")

    publish(ready)

    assert ready.on_github("wash").credits == [{"login": "Dora", "type": "finder"}]


@pytest.mark.clause("P18")
def test_the_team_sees_which_handle_it_is_until_another_answer_comes(ready: Stage) -> None:
    agree(ready)
    publish(ready)
    with acting_as(SYSTEM):
        (before,) = credit_desk.overview_of(ready.fresh(), shows=lambda _: True).rows
    ready.later(hours=1)
    SandboxAccount.objects.create(github_id=902, login="robin-r")
    agree(ready, Naming(name="Robin Reporter", handle="robin-r"))
    with acting_as(SYSTEM):
        rewriting.sweep(now=ready.now)
    ready.conduct()

    assert list(before.doubts) == [credit_desk.UNKNOWN_THERE]
    assert credit(ready).handle_unknown_at is None
    assert ready.on_github("wash").credits == [{"login": "robin-r", "type": "reporter"}]


@pytest.mark.clause("P17")
def test_a_draft_names_nobody(ready: Stage) -> None:
    SandboxAccount.objects.create(github_id=903, login="robin-r")
    agree(ready, Naming(name="Robin Reporter", handle="robin-r"))

    ready.start()
    ready.conduct()

    drafted = ready.on_github("wash")
    assert (drafted.state, drafted.credits, "Robin" in drafted.description) == ("draft", [], False)


@pytest.mark.clause("P18")
def test_a_draft_that_somebody_published_by_hand_gets_its_names_by_itself(ready: Stage) -> None:
    agree(ready)
    ready.start()
    ready.conduct()
    github = ready.on_github("wadm")
    github.state, github.published_at = "published", ready.now
    github.save()
    ready.look()
    ready.release_all()
    ready.later(minutes=3)
    ready.conduct()
    with acting_as(SYSTEM):
        rewriting.sweep(now=ready.now)
    ready.conduct()

    assert "Robin Reporter" in ready.on_github("wadm").description
    assert ready.step(StepKind.REWRITE, "wadm").state == StepState.DONE
