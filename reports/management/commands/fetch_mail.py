from contextlib import suppress

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal import startup
from portal.inbound.mailbox import Mailbox, MailboxError
from portal.mail_settings import Inbox
from reports.correspondence import fetching


class Command(BaseCommand):
    help = (
        "Take mail out of the mailbox of IMAP_URL, whenever some comes. It may be stopped at any moment, and several "
        "may run: each mail is taken in once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="take in what is there, and end")

    def handle(self, *args: object, once: bool, **options: object) -> None:
        del args, options
        inbox = settings.INBOX
        if inbox is None:
            raise CommandError("IMAP_URL is not set: there is no mailbox to look into.")
        startup.refuse_unsafe_start()
        if once:
            self._look_once(inbox)
            return
        with suppress(KeyboardInterrupt):
            fetching.keep_looking(inbox, clock=timezone.now)

    def _look_once(self, inbox: Inbox) -> None:
        try:
            with Mailbox(inbox) as mailbox:
                found = fetching.look(mailbox, clock=timezone.now)
        except MailboxError as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(f"Taken in: {found.taken}.")
        if found.left_behind:
            raise CommandError(f"Left behind, because they could not be taken in: {found.left_behind}.")
