import pytest
from pytest_django.fixtures import Settings

from tests.reports.github_reports.stage import Scene, scene


@pytest.fixture(autouse=True)
def sandbox(settings: Settings) -> None:
    settings.DEMO = True


@pytest.fixture
def stage() -> Scene:
    return scene()
