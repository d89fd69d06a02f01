from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal import github
from teams import sessions
from teams.models import User


class Command(BaseCommand):
    help = (
        "Make somebody an administrator, by the number of their GitHub account: it is `id` in "
        "https://api.github.com/users/LOGIN. They need not have signed in yet. An administrator edits people and "
        "projects at /admin/, after setting up a second factor, and sees no report for it. Further administrators are "
        "made there. They sign in anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("github_id", type=int, help="the account's number, which stays when its login changes")
        parser.add_argument("--login", default="", help="the account's login now, to be shown until they sign in")

    def handle(self, *args: object, github_id: int, login: str, **options: object) -> None:
        del args, options
        if not 0 < github_id <= github.GREATEST_ID:
            raise CommandError("A GitHub account's number is greater than zero.")
        with transaction.atomic():
            user = User.objects.filter(github_id=github_id).first()
            if user is None:
                user = User.objects.known(github_id=github_id, github_login=login or f"id-{github_id}")
            if not user.is_active:
                raise CommandError(f"The account of {user} is switched off. Switch it on in the administration first.")
            User.objects.filter(pk=user.pk).update(is_administrator=True)
            sessions.end_all(user)
        self.stdout.write(self.style.SUCCESS(f"{user} is an administrator."))
