import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from portal import database_roles

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
