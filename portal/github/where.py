"""Where things lie in GitHub's interface."""

from typing import Final

from portal.github.errors import NotThere
from portal.github.protocol import Place
from portal.github.reading import FULL_NAME

PER_PAGE: Final = 100
MOST_PAGES: Final = 1_000


def place_of(repository: Place) -> str:
    full_name = repository if isinstance(repository, str) else repository.full_name
    if not FULL_NAME.fullmatch(full_name):
        raise NotThere("No repository can be called that.")
    return f"/repos/{full_name}"


def advisories_of(repository: Place) -> str:
    return f"{place_of(repository)}/security-advisories"
