from collections.abc import Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.disclosures.conductor import stage
from tests.disclosures.conductor.stage import Stage


@pytest.fixture
def ready(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Stage]:
    """Everything is ready for the day, which has not begun."""
    del db
    settings.GITHUB_WEB_URL = "http://testserver/sandbox/github"
    stage.use_sandbox(monkeypatch)
    with time_machine.travel(stage.NOON, tick=False) as clock:
        yield stage.build(clock)


@pytest.fixture
def going(ready: Stage) -> Stage:
    """The day has begun."""
    ready.start()
    return ready
