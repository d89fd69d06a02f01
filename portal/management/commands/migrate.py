from django.core.management.commands import migrate
from django.db import connection

from portal import database_roles
from portal.models import SealedSecret
from portal.sealed import secrets


class Command(migrate.Command):
    help = f"{migrate.Command.help} Works as the owner of the tables (DATABASE_OWNER_URL)."

    def handle(self, *args: object, **options: object) -> str | None:
        with database_roles.as_owner():
            answer = super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                database_roles.grant_to_application()
                if SealedSecret._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - Django's model API
                    secrets.make_missing()
        return answer
