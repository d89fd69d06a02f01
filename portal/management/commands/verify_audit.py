from pathlib import Path

from django.core.management import BaseCommand, CommandError, CommandParser

from portal.audit import anchor, verify
from portal.audit.verify import Tally


class Command(BaseCommand):
    help = (
        "Check that nothing in the record was changed, removed, inserted, moved or cut off since it was written, and "
        "name what was. With --anchor also against the lines that were kept outside: they alone show that somebody put "
        "the whole database back to an earlier day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor", type=Path, metavar="FILE", help="lines of PORTAL_AUDIT_ANCHOR_FILE, or out of the daily mails"
        )

    def handle(self, *args: object, anchor: Path | None, **options: object) -> None:
        del args, options
        tally, found = Tally(), 0
        for finding in verify.findings(_anchors(anchor), tally=tally):
            found += 1
            self.stdout.write(self.style.ERROR(finding))
        looked_at = f"{tally.events:,} events in {tally.chains:,} chains were looked at"
        if found:
            raise CommandError(f"{looked_at}: {found:,} finding{'s' * (found != 1)}.")
        self.stdout.write(self.style.SUCCESS(f"{looked_at}: everything fits."))


def _anchors(file: Path | None) -> list[anchor.Anchor]:
    if file is None:
        return []
    try:
        return anchor.read(file)
    except (OSError, anchor.NotAnAnchor) as mistake:
        raise CommandError(str(mistake)) from None
