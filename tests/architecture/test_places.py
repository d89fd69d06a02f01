"""Where things may be said. A new place is a decision, taken here."""

import ast
import importlib
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from disclosures.enums import Task as DisclosureTask
from portal.policy import Clause, Keeper, kept_by
from reports.enums import Task

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(
    path.relative_to(ROOT)
    for app in ("portal", "teams", "reports", "disclosures")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)

LOOKS_AS_SYSTEM = {
    "disclosures/conductor/engine.py",  # the day goes on whoever looks, in the name of who set it going
    "disclosures/conductor/looking.py",  # GitHub is looked at for everybody
    "reports/correspondence/forwarded.py",  # what is kept of the reporter elsewhere goes over to the finder
    "disclosures/numbering.py",  # CVE Services are asked in the background
    "disclosures/issuing.py",  # what was agreed to is written on GitHub in the background
    "disclosures/publicity.py",  # the reporter's side answers, with effects that it may not see
    "disclosures/consent.py",  # who publishes may not see the duplicate by whose reporter a credit is owed
    "disclosures/credits.py",  # who reported it again is thanked with the others, and none of them sees the other
    "disclosures/credit_answers.py",  # who answers, by a link or after leaving, acts on more than they may see
    "disclosures/credit_doors.py",  # a finder comes by a link, to a question on a report that they may not see
    "disclosures/credit_places.py",  # what was printed names people of several reports
    "disclosures/tasks.py",  # background work
    "disclosures/public_pages.py",  # a reporter is led to what everybody may read
    "portal/viewer.py",  # defines it
    "disclosures/rehearsal.py",  # whoever ends a rehearsal has it erased, as the policy has others
    "portal/audit/verify.py",  # the whole record is checked, whoever asks
    "teams/record.py",  # accounts do not write their own record
    "portal/sealed/rotation.py",  # a key is wrapped anew whoever may read what it sealed
    "portal/management/commands/rotate_keys.py",  # as above
    "portal/startup.py",  # whether every key is there is nobody's secret
    "portal/management/commands/bench_inside.py",  # the bench works on invented reports alone
    "portal/demo/sample/telling.py",  # the demo's invented past
    "disclosures/confidences.py",  # what must not get out is looked for whoever writes
    "reports/correspondence/arrival.py",  # mail comes in from strangers
    "reports/correspondence/splitting.py",  # whoever lost access to the whole gets none to a part, whoever splits it
    "reports/conversation.py",  # what the reporter's side writes has effects it may not see
    "reports/management/commands/mark_likeness.py",  # marks tell nothing of what they are made of
    "reports/management/commands/forget_reporter.py",  # who asks for it stands at the machine, and reads nothing
    "reports/delivery.py",  # mail goes out for everybody
    "reports/emergency.py",  # breaking the glass begins outside the need to know
    "reports/flood/findings.py",  # a part is split off with its reporter and its walls, whoever may not see them
    "reports/forgetting.py",  # the policy says what goes, and nobody asks
    "reports/github_reports/arrival.py",  # a report comes in from a stranger, by way of GitHub
    "reports/github_reports/looking.py",  # GitHub is looked at for everybody
    "reports/github_reports/telling.py",  # GitHub is told in the background
    "reports/github_door.py",  # the reporter comes in by their GitHub account, and may see nothing before
    "reports/intake.py",  # a report comes in from a stranger
    "reports/pacing.py",  # how fast a sender writes is counted over what the sender may not see
    "reports/own_reports.py",  # a report is opened before anybody may see it
    "reports/patch_team.py",  # who is asked answers before they may see the report
    "reports/pictures.py",  # images are drawn anew in the background
    "reports/reporter_keys.py",  # the reporter's side gives a key, and mail is judged by it, whoever looks
    "reports/staging.py",  # files come ahead of their report
    "reports/tasks.py",  # background work
    "reports/views/stepping_down.py",  # who leaves hands over even what stands behind a wall
    "reports/tracking.py",  # the reporter's side acts by a link, on more than it may see
}


def names_in(path: Path) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def using(name: str) -> set[str]:
    return {str(path) for path in SOURCES if name in names_in(path)}


def test_only_listed_places_look_as_the_system() -> None:
    assert using("SYSTEM") == LOOKS_AS_SYSTEM


def test_only_the_rule_itself_reads_grants_and_recusals_unrestricted() -> None:
    assert using("objects_unrestricted") == {
        "reports/models/conversation.py",
        "reports/models/grants.py",
        "reports/notices.py",
    }


def test_only_listed_places_need_no_proof_of_origin() -> None:
    assert using("csrf_exempt") == {
        "portal/demo/sandbox.py",  # the demo's stand-in for GitHub
        "portal/pages/github_webhook.py",  # GitHub signs what it sends
        "portal/pages/mail_webhook.py",  # the mail provider proves itself
    }


REACHES_OUT = {
    "portal/mail.py",  # to the mail server of the settings
    "portal/inbound/mailbox.py",  # to the mailbox of the settings
    "portal/cve_services.py",  # to CVE Services, by their address in the settings
    "portal/supervisor.py",  # to see whether a port is taken
    "portal/bench/browser.py",  # to the server that is measured
    "portal/bench/server.py",
    "portal/bench/telling_apart.py",
    "portal/github/connection.py",  # to GitHub, by its address in the settings
    "portal/github/public_page.py",  # to a page below the address of GitHub in the settings, and none elsewhere
    "teams/adapters.py",  # the same
}
"""Nothing here goes by an address that somebody wrote (RND-06)."""
WAYS_OUT = {"socket", "ssl", "smtplib", "ftplib", "http.client", "urllib.request", "requests", "httpx", "aiohttp"}


def imported_by(path: Path) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_only_listed_places_reach_out_and_none_by_an_address_that_somebody_wrote() -> None:
    importing = {str(path) for path in SOURCES if imported_by(path) & WAYS_OUT}

    assert importing | using("get_requests_session") == REACHES_OUT


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    inside = [
        f"{function.name}:{node.lineno}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@pytest.mark.parametrize("task", [*Task, *DisclosureTask], ids=str)
def test_every_bell_is_answered(task: str) -> None:
    assert callable(import_string(task))


KEPT_BY_CODE = [clause for clause in Clause if clause.keeper is not Keeper.PEOPLE]


@pytest.mark.parametrize("clause", KEPT_BY_CODE, ids=lambda clause: clause.name)
def test_a_clause_that_the_portal_says_it_keeps_is_kept_by_code(clause: Clause) -> None:
    for name in ("portal.urls", "reports.lifecycle", "reports.tasks", "disclosures.tasks"):
        importlib.import_module(name)

    assert kept_by(clause) != ()
