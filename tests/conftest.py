"""What holds for every test: no network, and the same random examples in each run."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("silicart", derandomize=True, deadline=None, database=None)
settings.load_profile("silicart")


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for the whole run, docstring examples included."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    config.add_cleanup(patch.undo)


def _guarded(original: Any) -> Any:
    def guard(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            # The address is the last argument of connect, connect_ex and sendto alike.
            host = arguments[-1][0]
            if not _is_this_machine(host):
                raise NetworkUsed(f"tests run without network, but {host!r} was asked for")
        return original(self, *arguments)

    return guard


def _is_this_machine(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
