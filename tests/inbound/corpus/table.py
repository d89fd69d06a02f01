"""Every nasty mail."""

from tests.inbound.corpus.files import FILES
from tests.inbound.corpus.floods import FLOODS
from tests.inbound.corpus.machines import MACHINES
from tests.inbound.corpus.nasty import Nasty
from tests.inbound.corpus.openpgp import OPENPGP
from tests.inbound.corpus.shapes import SHAPES
from tests.inbound.corpus.writing import WRITING

CORPUS: list[Nasty] = [*WRITING, *SHAPES, *FILES, *MACHINES, *OPENPGP, *FLOODS]
