"""Where a request comes from, as far as the record keeps it: a keyed hash that tells equal networks and no address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest

from portal.keys import derive
from portal.rate_limits import client_address

LENGTH: Final = 22
"""Characters of base 64: 128 bits tell networks apart."""

_network: ContextVar[str] = ContextVar("network", default="")


@contextmanager
def coming_from(request: HttpRequest) -> Iterator[None]:
    """Inside the block `network()` is where `request` comes from."""
    token = _network.set(network_of(request))
    try:
        yield
    finally:
        _network.reset(token)


def network() -> str:
    """Where the request under way comes from; empty for background work."""
    return _network.get()


def network_of(request: HttpRequest) -> str:
    return derive("network", client_address(request))[:LENGTH]


def device_of(request: HttpRequest) -> str:
    """The same of the browser, as far as it describes itself."""
    return derive("device", request.headers.get("User-Agent", ""))[:LENGTH]
