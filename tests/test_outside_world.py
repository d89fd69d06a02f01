import socket

import pytest

from tests.conftest import OutsideWorldError


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as connecting, pytest.raises(OutsideWorldError):
        connecting.connect(("192.0.2.1", 80))


def test_a_test_reaches_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as connecting:
        connecting.connect(server.getsockname())
