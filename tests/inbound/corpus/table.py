"""Every nasty mail."""

from tests.inbound.corpus.nasty import Nasty
from tests.inbound.corpus.writing import WRITING

CORPUS: list[Nasty] = [*WRITING]
