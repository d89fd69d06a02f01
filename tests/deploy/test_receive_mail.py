"""The script that a mail server runs: whatever is wrong, the mail server keeps the mail."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WRONG = {"missing": None, "unreadable": 'A="', "empty": ""}


@pytest.mark.parametrize("settings", WRONG)
def test_without_settings_or_portal_the_mail_server_is_asked_to_try_again(tmp_path: Path, settings: str) -> None:
    file, content = tmp_path / "environment", WRONG[settings]
    if content is not None:
        file.write_text(content)

    ended = subprocess.run(  # noqa: S603 - our own script
        [ROOT / "deploy" / "receive-mail"],
        env={"PATH": os.environ["PATH"], "PORTAL_ENVIRONMENT": str(file), "PORTAL_HOME": str(tmp_path / "nowhere")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (os.EX_TEMPFAIL, b"")
