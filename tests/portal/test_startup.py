from collections.abc import Iterator

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal import postgres, startup


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Addresses]:
    """A server of our own: powers belong to roles, and the other tests share theirs."""
    var = tmp_path_factory.mktemp("var")
    with postgres.running(var, durability=postgres.Durability.FORGET) as addresses:
        with psycopg.connect(addresses.owner) as owner:
            owner.execute("CREATE TABLE report ()")
        yield addresses
    postgres.remove(var)


@pytest.fixture
def superuser(server: postgres.Addresses, transactional_db: None) -> Iterator[psycopg.Connection]:
    """Its superuser, while the application's connection leads there too."""
    del transactional_db
    shared, host = connection.settings_dict, psycopg.conninfo.conninfo_to_dict(server.application)["host"]
    connection.close()
    connection.settings_dict = {**shared, "NAME": postgres.DATABASE, "OPTIONS": {"host": host}}
    with psycopg.connect(server.superuser, dbname=postgres.DATABASE, autocommit=True) as administration:
        yield administration
        administration.execute("ALTER ROLE portal_app NOSUPERUSER NOBYPASSRLS")
        administration.execute("ALTER TABLE report OWNER TO portal_owner")
        administration.execute("REVOKE portal_owner FROM portal_app")
        administration.execute("REVOKE CREATE ON SCHEMA public FROM portal_app")
    connection.close()
    connection.settings_dict = shared


@pytest.mark.usefixtures("superuser")
def test_a_role_that_owns_nothing_may_start() -> None:
    startup.refuse_unsafe_start()


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ("ALTER ROLE portal_app SUPERUSER", "is a superuser"),
        ("ALTER ROLE portal_app BYPASSRLS", "has BYPASSRLS"),
        ("ALTER TABLE report OWNER TO portal_app", "owns the tables"),
        ("GRANT portal_owner TO portal_app", "owns the tables"),
        ("GRANT CREATE ON SCHEMA public TO portal_app", "may create tables"),
    ],
)
def test_a_role_that_could_step_around_row_level_security_is_refused_with_the_setting_to_change(
    superuser: psycopg.Connection, mistake: str, complaint: str
) -> None:
    superuser.execute(mistake.encode())

    with pytest.raises(ImproperlyConfigured, match=f"DATABASE_URL .portal_app. {complaint}"):
        startup.refuse_unsafe_start()
