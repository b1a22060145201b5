"""Tests cannot reach another machine, and can reach this one."""

from __future__ import annotations

import socket

import pytest

# A documentation-only address: even if the guard failed, nobody would answer there.
ELSEWHERE = "192.0.2.1"


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_another_machine_is_refused(method: str) -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match="without network"):
        getattr(client, method)((ELSEWHERE, 80))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(AssertionError, match="without network"):
        client.sendto(b"", (ELSEWHERE, 9))


def test_this_machine_is_reached() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
