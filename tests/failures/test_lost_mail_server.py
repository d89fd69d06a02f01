"""The process that fetches mail, and a mail server that goes away and comes back."""

from pathlib import Path

import pytest

from portal.viewer import SYSTEM, acting_as
from reports.models import InboundMail
from tests import database
from tests.dovecot import Dovecot, TestMailbox, furnished
from tests.failures import processes
from tests.mail.letters import letter

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

FETCHER = ("manage.py", "fetch_mail")
LONGER_THAN_THE_TEST = "300"


def taken() -> int:
    with acting_as(SYSTEM):
        return InboundMail.objects.count()


def test_it_hears_of_new_mail_at_once_and_goes_on_when_the_server_was_away(
    dovecot: Dovecot, django_db_setup: database.Clone, tmp_path: Path
) -> None:
    del dovecot  # which says whether there is any
    with furnished() as server:
        mailbox = server.new_mailbox()
        env = processes.environment(
            database=django_db_setup.application_url,
            mail_port=1,
            IMAP_POLL_SECONDS=LONGER_THAN_THE_TEST,
            LOG_LEVEL="WARNING",
            **mailbox.environment,
        )
        log = tmp_path / "fetcher.log"
        with processes.running(*FETCHER, env=env, log=log):
            with server.started():
                for number in (1, 2):
                    mailbox.deliver(letter(number))
                    assert processes.wait_until(lambda: taken() == number, seconds=60), log.read_text()  # noqa: B023
            assert processes.wait_until(lambda: "cannot be reached" in log.read_text(), seconds=30)
            with server.started():
                mailbox.deliver(letter(3))
                assert processes.wait_until(lambda: taken() == 3, seconds=60), log.read_text()
                assert processes.wait_until(lambda: mailbox.sources() == [], seconds=10)
                assert mailbox.taken == [letter(1), letter(2), letter(3)]

    assert "Traceback" not in log.read_text()


def test_a_wrong_password_is_said_and_tried_again(
    mailbox: TestMailbox, django_db_setup: database.Clone, tmp_path: Path
) -> None:
    wrong = mailbox.environment["IMAP_URL"].replace(mailbox.server.password, "not-the-password")
    env = processes.environment(
        database=django_db_setup.application_url,
        mail_port=1,
        LOG_LEVEL="WARNING",
        **(mailbox.environment | {"IMAP_URL": wrong}),
    )
    log = tmp_path / "fetcher.log"
    said = "The mail server refuses user and password of IMAP_URL. Trying again in 2 seconds."

    with processes.running(*FETCHER, env=env, log=log):
        assert processes.wait_until(lambda: said in log.read_text(), seconds=60), log.read_text()
        assert processes.wait_until(lambda: log.read_text().count("Trying again") > 1, seconds=30)

    assert "not-the-password" not in log.read_text()
