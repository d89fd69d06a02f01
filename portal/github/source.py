"""Which GitHub the portal asks: the real one as our app, or the demo's sandbox."""

import functools
from pathlib import Path

from django.conf import settings

from portal.github.client import Client
from portal.github.errors import NotAllowed
from portal.github.installation import App, Installation
from portal.github.protocol import GitHub
from portal.github.sandbox import Sandbox


def github() -> GitHub:
    """Raises `NotAllowed` while no app is configured: then GitHub tells nothing, and nothing changes."""
    organisation = settings.POLICY.organisation.github_organisation
    if settings.GITHUB_APP_ID:
        return Client(_installation(_app(organisation)), organisation=organisation)
    if settings.DEMO:
        return Client(Sandbox(), organisation=organisation)
    raise NotAllowed("No GitHub App is configured: set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.")


def has_github() -> bool:
    """Whether `github` answers at all."""
    return bool(settings.GITHUB_APP_ID) or settings.DEMO


def _app(organisation: str) -> App:
    return App(
        id=settings.GITHUB_APP_ID,
        private_key=_key(settings.GITHUB_APP_PRIVATE_KEY),
        installation_id=settings.GITHUB_APP_INSTALLATION_ID,
        api_url=settings.GITHUB_API_URL,
        organisation=organisation,
        web_url=settings.GITHUB_WEB_URL,
    )


def _key(setting: str) -> str:
    """The key itself, on one line with its breaks written as in a string, or the file that holds it."""
    if setting.startswith("-----BEGIN"):
        return setting.replace("\\n", "\n")
    try:
        return Path(setting).read_text()
    except (OSError, ValueError):
        raise NotAllowed("GITHUB_APP_PRIVATE_KEY is neither a key nor a file that can be read.") from None


@functools.lru_cache(maxsize=1)
def _installation(app: App) -> Installation:
    """One for each process, so that its token and its connection last."""
    return Installation(app)
