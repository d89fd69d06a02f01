from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.reports.correspondence.letters import OUR_SERVER


@pytest.fixture(autouse=True)
def mail_comes_in(settings: Settings, tmp_path: Path) -> None:
    settings.REPLY_ADDRESS = "security+{token}@example.org"
    settings.MAIL_SERVERS = [OUR_SERVER]
    settings.MAIL_CHECKS_DKIM = False
    settings.FILES_ROOT = tmp_path / "files"
