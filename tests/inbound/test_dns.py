"""Keys are looked up in DNS, and whoever does not answer holds nobody up for long."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver

from portal.inbound.dns import LONGEST_WAIT, find_txt, no_txt

RECORDS: Mapping[str, tuple[str, ...]] = {
    "s1._domainkey.example.org.": ('"v=DKIM1; " "p=AAAA"',),
    "two._domainkey.example.org.": ('"v=DKIM1; p=AAAA"', '"v=DKIM1; p=BBBB"'),
    "long._domainkey.example.org.": (" ".join(['"' + "x" * 250 + '"'] * 50),),
}


@contextmanager
def server() -> Iterator[Resolver]:
    """Over TCP, so that long answers come at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening,), daemon=True)
        thread.start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]
        yield resolver
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            length = int.from_bytes(connection.recv(2))
            answer = _answer(dns.message.from_wire(connection.recv(length))).to_wire()
            connection.sendall(len(answer).to_bytes(2) + answer)


def _answer(asked: dns.message.Message) -> dns.message.Message:
    answer = dns.message.make_response(asked)
    name = asked.question[0].name.to_text()
    if name in RECORDS:
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *RECORDS[name]))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    with server() as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr(found, "resolve", partial(found.resolve, tcp=True))
        yield found


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("s1._domainkey.example.org", b"v=DKIM1; p=AAAA"),
        ("gone._domainkey.example.org", None),
        ("two._domainkey.example.org", None),
        ("long._domainkey.example.org", None),
        ("..", None),
        ("x" * 64 + ".example.org", None),
        ("ü.example.org", None),
        ("", None),
    ],
)
def test_the_only_record_of_a_name_is_found(resolver: Resolver, name: str, record: bytes | None) -> None:
    assert find_txt(name, resolver=resolver) == record


def test_a_server_that_does_not_answer_is_no_key() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port, resolver.timeout = ["127.0.0.1"], silent.getsockname()[1], 0.05

        assert find_txt("s1._domainkey.example.org", resolver=resolver, longest_wait=0.1) is None
    assert LONGEST_WAIT <= 5


def test_where_nothing_is_looked_up_nothing_is_found() -> None:
    assert no_txt("s1._domainkey.example.org") is None
