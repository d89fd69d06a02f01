from django.core.management.commands import migrate

from portal import database_roles


class Command(migrate.Command):
    help = f"{migrate.Command.help} Works as the owner of the tables (DATABASE_OWNER_URL)."

    def handle(self, *args: object, **options: object) -> str | None:
        with database_roles.as_owner():
            answer = super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                database_roles.grant_to_application()
        return answer
