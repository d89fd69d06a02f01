"""Every page of the portal as somebody sees it, rendered by the portal itself: what a browser is then asked about.

The sample organisation is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from portal.bad_requests import Fault, page
from portal.demo import cast as demo
from portal.limited import too_often
from portal.pages import errors
from portal.viewer import SYSTEM, acting_as
from reports.dossier import Part
from reports.enums import Answer, NoticeState, State
from reports.lifecycle import TABLE, Move
from reports.models import AccessKey, Attachment, Invitation, Notification, Report, Reporter
from reports.models.people import hash_key
from teams.models import User
from tests import factories
from tests.disclosures.advisories import RICH
from tests.disclosures.public.told import told
from tests.people import browser_of

KEY = "the-way-of-the-test-to-its-report-0000"
LONG = "a-word-that-nobody-breaks-" * 8
WORDY = replace(
    RICH, title=LONG, overview=LONG, fix=f"# A\n\n| a | b |\n|-|-|\n| {LONG} | x |", workaround="",
    no_workaround=True, withdrawn_at=RICH.modified_at, withdrawal_reason="A *misreading*.",
)  # fmt: skip
"""An advisory with everything that one can have."""


@dataclass(frozen=True)
class Sight:
    name: str
    html: str


def of(name: str, browser: Client, path: str, data: Mapping[str, object] | None = None) -> Sight:
    """The page at `path`; what posting `data` answers, if there is some."""
    answer = browser.get(path, follow=True) if data is None else browser.post(path, data, follow=True)
    assert answer.headers["Content-Type"].startswith("text/html"), f"{name}: {answer.headers['Content-Type']}"
    return Sight(name=f"{name} ({answer.status_code})", html=answer.content.decode())


def of_the_public() -> Iterator[Sight]:
    stranger = Client()
    for path in ("/", "/policy/", "/team/", "/report/", "/report/new/", "/track/", "/account/login/"):
        yield of(path, stranger, path)
    for path in ("/advisories/?q=nothing-like-it", "/advisories/acknowledgements/"):
        yield of(path, stranger, path)
    told(WORDY)
    told(replace(WORDY, overview="Better words.", modified_at=WORDY.modified_at + timedelta(days=1)))
    page = f"/advisories/{WORDY.identifier}/"
    for path in ("/advisories/", page, f"{page}revisions/2/", f"{page}leaving/?to={WORDY.references[-1].url}"):
        yield of(path, stranger, path)
    yield of("form with errors", stranger, "/report/new/", {"summary": LONG, "is_dependency": "on", "email": "nobody"})
    yield of("sent", stranger, "/report/new/", {"summary": LONG, "description": LONG, "project_unknown": "on"})
    yield of("find with errors", stranger, "/track/", {"reference": "x", "email": "nobody"})
    yield of("find with a wrong link", stranger, "/track/", {"link": "nothing"})
    yield of("link on its way", stranger, "/track/", {"reference": "WSC-0000-0000", "email": "a@example.org"})
    yield of("no such page", stranger, "/nowhere/")
    yield of("no such link", stranger, f"/r/{'x' * 43}/", {})
    yield of("link", stranger, f"/r/{'x' * 43}/")
    yield of("closed to this browser", stranger, "/track/WSC-0000-0000/")
    yield of("kept", stranger, "/reports/WSC-0000-0000/write/", {"text": LONG, "audience": "team"})
    yield of("kept, page too old", Client(enforce_csrf_checks=True), "/track/", {"reference": LONG})
    yield of("leaving", stranger, "/leaving/", {"to": f"https://evil.example/{LONG}"})
    yield of("leaving for nowhere", stranger, "/leaving/", {"to": LONG})
    yield of("signed out for good", stranger, "/account/inactive/")
    yield of("sign-in cancelled", stranger, "/account/login/cancelled/")
    yield of("sign-in failed", stranger, "/account/login/error/")
    for path in ("/demo/", "/demo/mailbox/", "/sandbox/github/login/oauth/authorize"):
        yield of(path, stranger, path)


def of_errors() -> Iterator[Sight]:
    for fault in Fault:
        yield Sight(name=f"400 {fault.name}", html=page(fault).content.decode())
    yield Sight(name="429", html=too_often(_request(), timedelta(minutes=3)).content.decode())
    yield Sight(name="500", html=errors.broken(_request()).content.decode())
    yield Sight(name="503", html=errors.away().content.decode())
    yield Sight(name="403", html=render_to_string("403.html", request=_request()))


def _request() -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


def of_the_reporter() -> Iterator[Sight]:
    with acting_as(SYSTEM):
        reports = _one_of_each_state()
        co_reporter = Reporter.objects.exclude(invited_by=None).select_related("report").first()
        with_file = Attachment.objects.filter(user=None, message=None).select_related("report")[0].report
    for report in (*reports, with_file):
        browser, place = _reporters_way_in(report), f"/track/{report.reference}/"
        yield of(f"reporter's page, {report.state}", browser, place)
    yield of("answer with errors", browser, place, {"text": ""})
    for part in ("credit", "address", "invite", "withdraw", "link"):
        yield of(f"reporter's {part}", browser, f"{place}{part}/")
    yield of("credit, exact text", browser, f"{place}credit/", {"credit_wish": "yes", "credit_name": LONG})
    yield of("credit with errors", browser, f"{place}credit/", {})
    yield of("address with errors", browser, f"{place}address/", {"email": "nobody"})
    yield of("invited", browser, f"{place}invite/", {"name": LONG, "email": ""})
    yield of("renewed", browser, f"{place}link/", {"yes": "yes"})
    yield of("reporter's page with a flash", browser, f"{place}withdraw/", {"why": LONG})
    if co_reporter is not None:
        yield of("co-reporter's page", _way_in_of(co_reporter), f"/track/{co_reporter.report.reference}/")


def of_the_team() -> Iterator[Sight]:
    lead, browser = _person(demo.Who.LEAD)
    yield of("dashboard", browser, "/dashboard/")
    yield of("dashboard of a maintainer", _person(demo.Who.MAINTAINER)[1], "/dashboard/")
    yield of("dashboard of anybody", _person(demo.Who.USER)[1], "/dashboard/")
    yield of("queue", browser, "/reports/")
    yield of("queue, filtered", browser, "/reports/?q=file&state=triage&state=received&sort=due")
    yield of("queue, nothing found", browser, f"/reports/?q={LONG[:60]}")
    yield of("queue, nonsense asked", browser, "/reports/?state=nonsense&sort=nonsense&cursor=nonsense")
    yield of("saved views", browser, "/reports/views/")
    browser.post("/reports/views/save/", {"name": LONG[:60], "query": "q=file"})
    yield of("saved views, some", browser, "/reports/views/")
    yield of("quarantine", browser, "/reports/quarantine/")
    yield of("undelivered, none", browser, "/reports/undelivered/")
    with acting_as(SYSTEM):
        for notice in Notification.objects.all()[:3]:
            Notification.objects.filter(pk=notice.pk).update(state=NoticeState.FAILED, error=LONG[:200])
        reports = _one_of_each_state()
        chosen = [report.reference for report in reports]
    yield of("undelivered", browser, "/reports/undelivered/")
    for move in ("acknowledge", "decline"):
        asked = "&".join(f"chosen={reference}" for reference in chosen)
        yield of(f"together, {move}", browser, f"/reports/together/?move={move}&{asked}")
        yield of(f"together, {move}, errors", browser, "/reports/together/", {"move": move, "chosen": chosen})
    for report in reports:
        yield from _of_the_desk(browser, report, lead)
    patcher = _person(demo.Who.MAINTAINER)[1]
    granted = lead.grants_given.model.objects_unrestricted.filter(
        user__github_id=demo.CAST[demo.Who.MAINTAINER].github_id
    )
    with acting_as(SYSTEM):
        shared = granted.select_related("report")[0].report.reference
        invitation = Invitation.objects.get(user=_person(demo.Who.MAINTAINER)[0], answer=Answer.PENDING)
    yield of("report of a patch-team member", patcher, f"/reports/{shared}/")
    yield of("asked", patcher, f"/asked/{invitation.code}/")
    yield of("asked, errors", patcher, f"/asked/{invitation.code}/", {})


def _of_the_desk(browser: Client, report: Report, lead: User) -> Iterator[Sight]:
    place = f"/reports/{report.reference}/"
    for part in Part if report.state == State.TRIAGE else (Part.CONVERSATION, Part.ACTIVITY):
        yield of(f"report, {report.state}, {part}", browser, f"{place}?part={part}")
    yield of(f"writing, {report.state}, errors", browser, f"{place}write/", {"text": "", "audience": "reporter"})
    for move in Move:
        if report.state in TABLE[move].sources:
            yield of(f"{move} from {report.state}", browser, f"{place}{move}/")
            yield of(f"{move} from {report.state}, errors", browser, f"{place}{move}/", {"message": ""})
    if report.state == State.TRIAGE:
        for facts in ("hand-over", "projects", "severity"):
            yield of(facts, browser, f"{place}{facts}/")
        yield of(
            "severity, errors",
            browser,
            f"{place}severity/",
            {"cvss31": LONG, "cvss40": "CVSS:4.0/AV:N", "weaknesses": LONG},
        )
        yield of("hand-over, errors", browser, f"{place}hand-over/", {"to": lead.pk + 100_000})
    if report.state in {State.IDENTIFIED, State.FIXING, State.READY}:
        yield from _of_the_fix(browser, report)


def _of_the_fix(browser: Client, report: Report) -> Iterator[Sight]:
    place = f"/reports/{report.reference}/"
    with acting_as(SYSTEM):
        project = report.affected_projects.values_list("project_id", flat=True)[0]
    for part in ("patch-team/", "fix/", "day/plan/", f"fix/{project}/"):
        yield of(f"{part} of {report.state}", browser, f"{place}{part}")
    if report.state == State.READY:
        yield from _of_the_days_ahead(browser, place)
    yield of("patch-team, errors", browser, f"{place}patch-team/", {"reason": LONG})
    yield of("day, errors", browser, f"{place}day/plan/", {"day": LONG})
    yield of("plan, errors", browser, f"{place}fix/{project}/", {"fork_url": LONG, "fixed_version": LONG[:60]})


def _of_the_days_ahead(browser: Client, place: str) -> Iterator[Sight]:
    yield of("calendar", browser, "/calendar/")
    yield of("rehearsals", browser, "/rehearsals/")
    yield of("rehearsals, errors", browser, "/rehearsals/", {"projects": "0"})
    yield of("exceptions", browser, f"{place}exceptions/")
    yield of("exceptions, errors", browser, f"{place}exceptions/", {"kind": "early", "reason": LONG})
    yield of("heads-up", browser, f"{place}day/heads-up/")
    yield of("heads-up, errors", browser, f"{place}day/heads-up/", {"hour": "99"})


def of_the_account() -> Iterator[Sight]:
    _, browser = _person(demo.Who.MEMBER)
    yield of("preferences", browser, "/preferences/")
    yield of("preferences, errors", browser, "/preferences/", {"email": "nobody"})
    for path in ("", "reauthenticate/", "totp/deactivate/", "recovery-codes/generate/", "webauthn/", "webauthn/add/"):
        yield of(f"second factor: {path or 'all'}", browser, f"/account/2fa/{path}")
    yield of("recovery codes", browser, "/account/2fa/recovery-codes/generate/", {})
    yield of("recovery codes, again", browser, "/account/2fa/recovery-codes/")
    yield of("sessions", browser, "/account/sessions/")
    yield of("sign out", browser, "/account/logout/")
    yield of("reauthenticate, errors", browser, "/account/2fa/reauthenticate/", {"code": "000000"})
    newcomer = factories.member(name="Nell Newmember")
    browser_without = Client()
    browser_without.force_login(newcomer)
    assert not Authenticator.objects.filter(user=newcomer).exists()
    yield of("second factor missing", browser_without, "/account/second-factor/")
    yield of("setting up a second factor", browser_without, "/account/2fa/totp/activate/")
    yield of("setting up, errors", browser_without, "/account/2fa/totp/activate/", {"code": "000000"})


def _one_of_each_state() -> list[Report]:
    found = []
    for state in State:
        report = Report.objects.filter(state=state).order_by("pk").first()
        if report is not None:
            found.append(report)
    return found


def _reporters_way_in(report: Report) -> Client:
    with acting_as(SYSTEM):
        reporter = Reporter.objects.get(report=report, invited_by=None)
    return _way_in_of(reporter)


def _way_in_of(reporter: Reporter) -> Client:
    key, browser = f"{KEY}{reporter.pk}", Client()
    with acting_as(SYSTEM):
        AccessKey.objects.get_or_create(key_hash=hash_key(key), report_id=reporter.report_id, reporter=reporter)
    browser.post(f"/r/{key}/")
    return browser


def _person(who: demo.Who) -> tuple[User, Client]:
    user = User.objects.get(github_id=demo.CAST[who].github_id)
    return user, browser_of(user)
