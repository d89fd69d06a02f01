#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["receive_mail"]:
        _receive_mail()
    else:
        execute_from_command_line(sys.argv)


def _receive_mail() -> None:
    """Even where nothing else works, such as with a setting that is wrong, the mail server is told to keep the mail."""
    try:
        execute_from_command_line(sys.argv)
    except Exception as trouble:  # noqa: BLE001 - whatever it is
        sys.exit(_try_again(type(trouble).__name__))
    except SystemExit as end:
        sys.exit(_try_again("it cannot start") if end.code not in {None, 0, os.EX_TEMPFAIL} else end.code)


def _try_again(why: str) -> int:
    sys.stderr.write(f"The mail was not taken in ({why}). Try again later.\n")
    return os.EX_TEMPFAIL


if __name__ == "__main__":
    main()
