"""`python -m portal.serve`: the web server, granian (why: docs/decisions/0005-web-server.md).

The portal is loaded once and then forked, so that its processes share what they load; it is checked first, so an
unsafe installation ends here and is not tried again. No access log: paths below /r/ carry reporters' keys.
"""

import gc
import multiprocessing
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

_APPLICATION = "portal.wsgi"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        import_module(_APPLICATION)
        import_module(settings.ROOT_URLCONF)
    except ImproperlyConfigured as mistake:
        sys.exit(f"The portal does not start. {mistake}")
    except OperationalError:
        sys.exit("The portal does not start: the database in DATABASE_URL does not answer, or refuses the role.")
    multiprocessing.set_start_method("fork", force=True)
    gc.collect()
    gc.freeze()  # what is loaded stays untouched by the collector, and so shared
    Granian(
        f"{_APPLICATION}:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
