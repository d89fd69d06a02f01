import os
import sys
from typing import Final, NoReturn

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from portal import startup
from reports.correspondence import arrival
from reports.enums import Door

CHUNK: Final = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Take in one mail from standard input: what a mail server pipes its mail into. Ends with 0 once the mail is "
        "kept, and with 75 (try again later) after any trouble, so that the mail server keeps it."
    )
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        try:
            startup.refuse_unsafe_start()
            raw, size = _read()
            now = timezone.now()
            arrival.take(raw, arrived_at=now, door=Door.PIPE, now=now, size=size)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the mail server keeps the mail
            self._give_back(trouble)

    def _give_back(self, trouble: Exception) -> NoReturn:
        """Mail servers put what is said here into mails to senders: no words of the error, which may be the mail's."""
        self.stderr.write(f"The mail was not taken in ({type(trouble).__name__}). Try again later.")
        raise SystemExit(os.EX_TEMPFAIL)


def _read() -> tuple[bytes, int]:
    """All of it, or of a mail that is too large the beginning; and the size of it all."""
    raw = sys.stdin.buffer.read(settings.MAIL_MOST_BYTES)
    size = len(raw)
    while rest := sys.stdin.buffer.read(CHUNK):
        size += len(rest)
    return raw, size
