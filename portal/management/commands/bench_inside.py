import json
import statistics
import time
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import BaseCommand, CommandParser
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disclosures import shelf
from disclosures import statistics as disclosed
from disclosures.cursors import Cursor
from disclosures.formats import collections
from disclosures.models import PublishedAdvisory
from portal.bench import publishing, sealing, telling_apart
from portal.bench.databases import MEMBERS
from portal.sealed_sessions import SessionStore
from portal.viewer import SYSTEM, acting_as
from reports import clocks, figures, public_figures
from reports.enums import State
from reports.models import Attachment, Clock, Message, Recusal, Report
from teams.models import User

MEMBER, RECUSED, MAINTAINER = 3, 8, 30
DUE = 100
SWEEPS = 5
TRANSACTIONAL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Command(BaseCommand):
    help = "The part of `bench` that works on one of its databases from within. Not for people."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["seal", "publish", "sign-in", "strangers", "count", "sweep"])
        parser.add_argument("paths", nargs="*")

    def handle(self, *args: object, what: str, paths: list[str], **options: object) -> None:
        del args, options
        match what:
            case "seal":
                sealing.seal_everything()
            case "publish":
                publishing.publish_everything(int(paths[0]), now=timezone.now())
            case "sign-in":
                self.stdout.write(json.dumps(_sign_in()))
            case "strangers":
                self.stdout.write(json.dumps(_strangers()))
            case "count":
                self.stdout.write(json.dumps([_queries(path) for path in paths]))
            case "sweep":
                self.stdout.write(json.dumps(_sweep()))


def _sign_in() -> dict[str, object]:
    """Sessions of the members of the team, a report with a conversation and two projects that awaits its fix, and what
    was published last.
    """
    with acting_as(SYSTEM):
        figures.compute(now=timezone.now())
        public_figures.renew(now=timezone.now())
        disclosed.renew(now=timezone.now())
        identified = Report.objects.filter(state=State.IDENTIFIED, pk__in=Message.objects.values("report"))
        report = identified.annotate(named=Count("affected_projects")).filter(named=2).order_by("-pk")[0]
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": [_session(number) for number in (MEMBER, *(set(range(1, MEMBERS + 1)) - {MEMBER}))],
        "places": {"report": report.get_absolute_url(), **_public_places()},
    }


def _public_places() -> dict[str, str]:
    newest, *_, last = PublishedAdvisory.objects.order_by("-modified_at")[: collections.NEWEST]
    files = list(newest.files.values_list("path", flat=True))
    return {
        "advisory": reverse("advisory-page", args=[newest.identifier]),
        "osv": next(f"/{path}" for path in files if path.startswith("osv/")),
        "csaf": next(f"/{path}" for path in files if path.startswith(shelf.CSAF)),
        "older": f"/{shelf.FEED}?before={Cursor(last.modified_at, 0, last.pk)}",
    }


def _strangers() -> dict[str, object]:
    """A report with a file, sessions of people who may read neither, and a reference that never existed."""
    with acting_as(SYSTEM):
        report = Report.objects.order_by("pk")[0]
        Recusal.objects.get_or_create(report=report, user_id=RECUSED, lifted_at=None)
        Attachment.objects.get_or_create(
            pk=1, defaults={"report": report, "name": "proof", "size": 1, "sha256": "-", "storage_key": "-"}
        )
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "forbidden": report.reference,
        "missing": f"{settings.POLICY.organisation.reference_prefix}-0000-0000",
        "sessions": {
            telling_apart.RECUSED: _session(RECUSED),
            telling_apart.MAINTAINER: _session(MAINTAINER),
            telling_apart.STRANGER: "",
        },
    }


def _session(number: int = MEMBER) -> str:
    user = User.objects.get(pk=number)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _queries(path: str) -> int:
    """Of a signed-in member's second visit, without the words that begin and end a transaction."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0], "x-forwarded-proto": "https"})
    client.cookies[settings.SESSION_COOKIE_NAME] = _session()
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    return sum(not query["sql"].startswith(TRANSACTIONAL) for query in captured.captured_queries)


def _sweep() -> float:
    """Milliseconds of a sweep, the middle one of several, each with its own clocks that have just come due."""
    taken = []
    for number in range(SWEEPS + 1):
        now = timezone.now()
        with acting_as(SYSTEM):
            first = DUE * number
            running = Clock.objects.filter(stopped_at=None, report_id__gt=first, report_id__lte=first + DUE)
            running.update(due_at=now - timedelta(minutes=1), warned_at=None, breached_at=None)
        began = time.perf_counter()
        with acting_as(SYSTEM):
            found = clocks.sweep(now=now)
        taken.append((time.perf_counter() - began) * 1000)
        if found < DUE:  # a few more may have come due by themselves
            raise RuntimeError(f"The sweep found {found} clocks: at least {DUE} were due.")
    return statistics.median(taken[1:])
