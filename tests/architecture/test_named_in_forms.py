"""Forms that take a reference, a code or a number: what one may not see is answered like what never was (AZ-03)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports.enums import Door, MailState, NoticeState, PutAside
from reports.models import Finding, InboundMail, Notification, Report
from tests import cast
from tests.cast import Stage, Who
from tests.places import undone, whole

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls"), pytest.mark.clause("P8")]

NEVER_EXISTED = "WSC-0000-0000"
NO_SUCH_ID = "987654321"

type Data = Mapping[str, str]
type Answer = tuple[int, dict[str, str], list[str], str]


class Form(NamedTuple):
    """`where` is of the report that its sender may read; `of` gives what is named of the one that they may not."""

    where: str
    data: Callable[[str], Data]
    of: Callable[[Stage], str] = lambda stage: stage.report.reference
    missing: str = NEVER_EXISTED


def _notice(stage: Stage) -> str:
    notice = Notification.objects.filter(report=stage.report)[0]
    Notification.objects.filter(pk=notice.pk).update(state=NoticeState.FAILED)
    return str(notice.pk)


def _finding(stage: Stage) -> str:
    return str(Finding.objects.get_or_create(report=stage.report, identity=b"one", defaults={"title": "One"})[0].pk)


def _view(stage: Stage) -> str:
    return str(stage.view.pk)


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "link it": Form("/reports/{own}/links/", lambda named: {"reference": named}),
        "take a link away": Form("/reports/{own}/links/", lambda named: {"reference": named, "away": "1"}),
        "decline as a duplicate": Form(
            "/reports/{own}/decline/",
            lambda named: {"reason": "duplicate", "duplicate_of": named, "message": "It is known.", "seen": "received"},
        ),
        "group it": Form("/reports/{own}/alike/", lambda named: {"chosen": named}),
        "group in quarantine": Form("/reports/quarantine/review/", lambda named: {"group": named}),
        "take out of quarantine": Form("/reports/quarantine/review/", lambda named: {"lift": named}),
        "close as spam": Form("/reports/quarantine/review/", lambda named: {"spam": named}),
        "acknowledge together": Form(
            "/reports/together/", lambda named: {"move": "acknowledge", "chosen": named, "message": "Read."}
        ),
        "move a mail": Form("/reports/mail/{mail}/", lambda named: {"verb": "move", "reference": named}),
        "send again": Form("/reports/undelivered/send-again/", lambda named: {"only": named}, _notice, NO_SUCH_ID),
        "decide a finding": Form(
            "/reports/{own}/findings/decide/",
            lambda named: {"what": "confirm", "chosen": named},
            _finding,
            NO_SUCH_ID,
        ),
        "split a finding off": Form(
            "/reports/{own}/findings/decide/", lambda named: {"split": named}, _finding, NO_SUCH_ID
        ),
        "forget a saved view": Form(
            "/reports/views/{named}/delete/", lambda _: {}, lambda s: str(s.view.pk), NO_SUCH_ID
        ),
    }
)


@pytest.fixture
def stage() -> Stage:
    """The report is in quarantine: whoever is not walled off could do any of it."""
    stage = cast.build()
    with acting_as(SYSTEM):
        Report.objects.filter(pk=stage.report.pk).update(quarantined_at=stage.report.received_at)
    return stage


def test_a_member_who_is_walled_off_learns_nothing_by_naming_the_report(stage: Stage) -> None:
    browser = stage.browser(Who.RECUSED)
    with acting_as(SYSTEM):
        mail = InboundMail.objects.create(
            identity="of the other", door=Door.PIPE, arrived_at=timezone.now(), state=MailState.ASIDE,
            why=PutAside.UNVERIFIED, report=stage.other.report, size=1,
        )  # fmt: skip
    told_apart = []

    for name, form in FORMS.items():
        with acting_as(SYSTEM):
            hidden = form.of(stage)
        answers = [sent(browser, form, named, stage=stage, mail=mail.code) for named in (hidden, form.missing)]
        if answers[0] != answers[1] or answers[0][0] >= 500:
            told_apart.append(name)

    assert told_apart == []


def sent(
    browser: Client, form: Form, named: str, *, stage: Stage, mail: str
) -> tuple[int, dict[str, str], list[str], str]:
    """What comes of it, with the page that it leads to; afterwards all is as it was."""
    where = form.where.format(own=stage.other.report.reference, mail=mail, named=named)
    with undone(browser):
        answer = browser.post(where, form.data(named), follow=True)
        return whole(answer, reference=NEVER_EXISTED if named.isdecimal() else named)


def test_a_member_who_is_not_could_do_it_so_there_is_something_to_hide(stage: Stage) -> None:
    browser, form = stage.browser(Who.MEMBER), FORMS["link it"]

    answers = [sent(browser, form, named, stage=stage, mail="") for named in (stage.report.reference, NEVER_EXISTED)]

    assert answers[0] != answers[1]
