import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import override_settings

from portal import database_roles
from tests import database

APPEND_ONLY = sorted(
    model._meta.db_table  # noqa: SLF001 - Django's documented model API
    for model in apps.get_models()
    if getattr(model, "append_only", False)
)


def test_something_is_append_only() -> None:
    assert "reports_reportevent" in APPEND_ONLY


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*APPEND_ONLY, "django_migrations"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_rewrites_no_history(table: str, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.django_db
def test_the_application_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableowner, current_user FROM pg_tables WHERE schemaname = 'public'")

        assert cursor.fetchall() == [("portal_owner", "portal_app")]


def test_migrating_again_changes_no_right(owner_connection: psycopg.Connection) -> None:
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    before = owner_connection.execute(rights).fetchall()

    call_command("migrate", verbosity=0)

    assert owner_connection.execute(rights).fetchall() == before


@pytest.mark.django_db(transaction=True)
def test_migrating_limits_how_long_the_application_may_hold_things_up() -> None:
    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
                      current_setting('idle_in_transaction_session_timeout')"""
        )
        assert cursor.fetchone() == ("15s", "5s", "1min")


@pytest.mark.django_db(transaction=True)
def test_the_limits_hold_behind_a_pooler() -> None:
    with override_settings(DATABASE_LIMITS={"statement_timeout": 1}):
        call_command("migrate", verbosity=0)

    with (
        database.pooled(connections=1),
        pytest.raises(OperationalError, match="statement timeout"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(5)")


def test_migrating_waits_for_no_table_that_others_hold(owner_connection: psycopg.Connection) -> None:
    call_command("migrate", "reports", "0025", verbosity=0)

    with owner_connection.transaction(), override_settings(MIGRATION_LOCK_SECONDS=1):
        owner_connection.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="in use for more than 1 seconds"):
            call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_after_acting_as_the_owner_the_connection_is_the_applications_again() -> None:
    with database_roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        inside = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        outside = cursor.fetchone()

    assert (inside, outside) == (("portal_owner",), ("portal_app",))


@pytest.mark.django_db
def test_nobody_becomes_the_owner_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="leave the transaction first"), database_roles.as_owner():
        pass


@pytest.mark.django_db(transaction=True)
def test_migrating_without_the_owners_address_names_the_setting() -> None:
    with (
        override_settings(DATABASE_OWNER=None),
        pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"),
    ):
        call_command("migrate", verbosity=0)
