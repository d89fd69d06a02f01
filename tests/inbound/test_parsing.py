"""Mail in, a value out, whatever was sent (EML-08)."""

import tracemalloc

import pytest

from portal.inbound.parsing import parse
from tests.inbound.corpus.floods import FLOODS
from tests.inbound.corpus.nasty import Nasty
from tests.inbound.corpus.table import CORPUS


@pytest.mark.parametrize("nasty", CORPUS, ids=str)
def test_of_a_nasty_mail_is_read_exactly_this(nasty: Nasty) -> None:
    assert parse(nasty.build()) == nasty.read


def test_no_two_mails_of_the_corpus_are_the_same() -> None:
    assert len({nasty.name for nasty in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("nasty", FLOODS, ids=str)
def test_no_flood_takes_more_memory_than_a_few_times_its_size(nasty: Nasty) -> None:
    source = nasty.build()
    tracemalloc.start()
    try:
        parse(source)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 3 * len(source) + 40_000_000
