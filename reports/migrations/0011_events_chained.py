from itertools import batched, groupby

from django.apps.registry import Apps
from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.audit import sealing
from portal.viewer import SYSTEM, acting_as

BATCH = 200
"""Reports at a time."""
CHAINED = """
    UPDATE reports_reportevent AS event SET seq = given.seq, previous_hash = given.previous, hash = given.hash
      FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS given (id, seq, previous, hash)
     WHERE event.id = given.id
"""

type Place = tuple[int, int, str, str]


def chain(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put what happened so far into a chain for each report, in the order in which it was written down."""
    report_model, heads = apps.get_model("reports", "Report"), apps.get_model("reports", "ReportChain")
    events = apps.get_model("reports", "ReportEvent").objects
    with acting_as(SYSTEM):
        numbers = report_model.objects.order_by("pk").values_list("pk", "reference")
        for some in batched(numbers, BATCH, strict=False):
            references = dict(some)
            places: list[Place] = []
            made = []
            rows = events.filter(report__in=references).order_by("report_id", "pk")
            for number, history in groupby(rows, key=lambda event: event.report_id):
                name = f"report:{references[number]}"
                last, length = sealing.GENESIS, 0
                for length, event in enumerate(history, 1):
                    content = {
                        "chain": name,
                        "seq": length,
                        "kind": event.kind,
                        "at": sealing.moment(event.at),
                        "who": _who(event.user_id, event.reporter_id),
                        "details": event.details,
                    }
                    digest = sealing.digest(last, content)
                    places.append((event.pk, length, last, digest))
                    last = digest
                mac = sealing.seal(name, length=length, last=last)
                made.append(heads(report_id=number, length=length, hash=last, mac=mac))
            heads.objects.bulk_create(made)
            with connection.cursor() as cursor:
                cursor.execute(CHAINED, [list(column) for column in zip(*places, strict=True)] or [[], [], [], []])


def _who(user: int | None, reporter: int | None) -> str:
    if reporter:
        return f"reporter:{reporter}"
    return f"user:{user}" if user else ""


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_chains")]

    operations = [migrations.RunPython(chain, migrations.RunPython.noop, elidable=True)]
