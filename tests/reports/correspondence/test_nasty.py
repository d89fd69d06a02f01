"""What becomes of every nasty mail: one state, one report at most, its source whole, and nothing twice (EML-08)."""

import pytest

from portal.viewer import SYSTEM, acting_as
from reports.correspondence import sources
from reports.enums import MailState, PutAside
from reports.models import Report
from tests.inbound.corpus.nasty import Nasty
from tests.inbound.corpus.table import CORPUS
from tests.reports.correspondence.letters import take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P1")]

A_REPORT = (MailState.REPORT, "")
UNREADABLE = (MailState.REPORT, PutAside.UNREADABLE)
BY_MACHINE = (MailState.REPORT, PutAside.ANSWERED_BY_ITSELF)
BY_LIST = (MailState.REPORT, PutAside.LIST)
A_BOUNCE = (MailState.IGNORED, PutAside.UNKNOWN_BOUNCE)
A_SIGN_UP = (MailState.ASIDE, PutAside.SIGN_UP)
BECOMES: dict[str, tuple[MailState, str]] = {
    "with nothing in it": UNREADABLE,
    "of line ends and NUL bytes": UNREADABLE,
    "that is a program": UNREADABLE,
    "from somebody on holiday": BY_MACHINE,
    "from somebody on holiday by Exchange": BY_MACHINE,
    "that was made by a job": BY_MACHINE,
    "that says by its subject that it answers": BY_MACHINE,
    "that is bulk": BY_MACHINE,
    "that has been around": BY_MACHINE,
    "from nobody": BY_MACHINE,
    "to a list": BY_LIST,
    "to a list of the old kind": BY_LIST,
    "that can be unsubscribed": BY_LIST,
    "that came back for good": A_BOUNCE,
    "that is late": A_BOUNCE,
    "that came back from one of two": A_BOUNCE,
    "that was delivered": BY_MACHINE,
    "that came back without a word why": A_BOUNCE,
    "that came back as a head alone": A_BOUNCE,
    "that was read": BY_MACHINE,
    "that came back by qmail": A_BOUNCE,
    "that is late by sendmail": A_BOUNCE,
    "that came back by Exim": A_BOUNCE,
    "with a code for somebody else's door": A_SIGN_UP,
    "with a link into somebody else's house": A_SIGN_UP,
    "that asks to confirm in German": A_SIGN_UP,
}
"""By name, what becomes of those that are no plain report. None came to an address that we gave to anybody."""


@pytest.mark.parametrize("nasty", CORPUS, ids=str)
def test_a_mail_ends_in_one_state(nasty: Nasty) -> None:
    raw = nasty.build()

    mail = take(raw)
    again = take(raw)

    assert (mail.state, mail.why) == BECOMES.get(nasty.name, A_REPORT)
    assert again == mail
    with acting_as(SYSTEM):
        assert sources.read(mail) == raw
        assert Report.objects.count() == (mail.state == MailState.REPORT)
        for report in Report.objects.all():
            assert (bool(report.summary), bool(report.description)) == (True, True)


def test_the_table_names_only_mails_that_exist() -> None:
    assert BECOMES.keys() - {nasty.name for nasty in CORPUS} == set()
