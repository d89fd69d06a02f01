import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal import postgres


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory for a server of our own; pytest makes it private, so for root this is the hard case."""
    directory = tmp_path_factory.mktemp("var")
    yield directory
    postgres.remove(directory)


def test_addresses_are_known_before_anything_runs(tmp_path: Path) -> None:
    found = postgres.addresses(tmp_path / "var")

    assert found.application.startswith("postgres://portal_app@/portal?host=")
    assert found.owner.startswith("postgres://portal_owner@/portal?host=")
    assert list(tmp_path.iterdir()) == []


def test_the_application_writes_rows_but_changes_no_table(var: Path) -> None:
    with postgres.running(var) as addresses, psycopg.connect(addresses.application) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE scratch ()")

    assert powers == (False, False, False)


def test_the_backup_role_reads_everything_and_writes_nothing(var: Path) -> None:
    with postgres.running(var) as addresses:
        with psycopg.connect(addresses.owner) as owner:
            owner.execute("CREATE TABLE hidden (line text)")
            owner.execute("INSERT INTO hidden VALUES ('a line')")
            owner.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        with psycopg.connect(addresses.backup, autocommit=True) as backup:
            read = backup.execute("SELECT line FROM hidden").fetchall()
            for statement in (b"INSERT INTO hidden VALUES ('another')", b"DELETE FROM hidden", b"CREATE TABLE x ()"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    backup.execute(statement)

    assert read == [("a line",)]


def test_a_server_of_an_earlier_release_is_given_the_roles_it_lacks(var: Path) -> None:
    with postgres.running(var) as addresses, psycopg.connect(addresses.superuser, autocommit=True) as superuser:
        superuser.execute("DROP OWNED BY portal_backup")
        superuser.execute("DROP ROLE portal_backup")

    with postgres.running(var) as addresses, psycopg.connect(addresses.backup) as backup:
        assert backup.execute("SELECT current_user").fetchone() == ("portal_backup",)


def test_data_survives_a_restart(var: Path) -> None:
    with postgres.running(var) as addresses, psycopg.connect(addresses.owner) as connection:
        connection.execute("CREATE TABLE kept (line text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")

    with postgres.running(var) as addresses, psycopg.connect(addresses.owner) as connection:
        assert connection.execute("SELECT line FROM kept").fetchall() == [("still here",)]


def test_whoever_leaves_last_stops_the_server(var: Path) -> None:
    with postgres.running(var) as addresses:
        with postgres.running(var):
            pass
        psycopg.connect(addresses.application).close()

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(addresses.application)


def test_two_who_start_it_at_once_get_one_server(var: Path) -> None:
    started: list[bool] = []
    threads = [threading.Thread(target=lambda: started.append(postgres.start(var))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    postgres.stop(var)

    assert sorted(started) == [False, False, False, True]


@pytest.mark.failure
def test_a_killed_server_starts_again_though_its_process_id_now_belongs_to_another(var: Path) -> None:
    postgres.start(var)
    left_behind = postgres.home(var) / "data" / "postmaster.pid"
    os.kill(int(left_behind.read_text().splitlines()[0]), signal.SIGKILL)
    left_behind.write_text(f"{os.getpid()}\n")

    with postgres.running(var) as addresses, psycopg.connect(addresses.application) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_no_statement_reaches_the_log(var: Path) -> None:
    with postgres.running(var) as addresses, psycopg.connect(addresses.application) as connection:
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'canary-in-a-report'::int")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("ROLLBACK; SELECT 'canary-in-a-report' FROM nowhere")

    assert "canary" not in (postgres.home(var) / "log").read_text()


def test_a_directory_another_account_can_enter_is_refused(tmp_path: Path) -> None:
    with postgres.running(tmp_path) as addresses:
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(addresses.application)["host"]))
    sockets.chmod(0o755)

    with pytest.raises(postgres.PostgresError, match="mode 0700"):
        postgres.start(tmp_path)

    sockets.chmod(0o700)
    postgres.remove(tmp_path)
