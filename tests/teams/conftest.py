import pytest

from tests.github.memory import InMemory


@pytest.fixture
def github() -> InMemory:
    """Three repositories; who maintains them."""
    made = InMemory()
    made.add(1, "wash", p11="admin", p12="maintain", p13="write")
    made.add(2, "wadm", p12="admin", p14="maintain")
    made.add(3, "wascap", p15="admin", p16="admin")
    return made
