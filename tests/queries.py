"""Counting what a page asks the database."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

AROUND = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config('portal.viewer', ''")
"""What stands around a transaction. The viewer is taken back only within a test's own."""


def queries_of(client: Client, address: str) -> int:
    """How many queries a visit takes, without what stands around its transaction."""
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return sum(not query["sql"].startswith(AROUND) for query in captured.captured_queries)
