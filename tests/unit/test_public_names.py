"""What `import silicart` offers is there, and only when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import silicart


@pytest.mark.parametrize("name", silicart.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(silicart, name) is not None
    assert name in dir(silicart)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="simulat"):
        _ = silicart.simulat  # type: ignore[attr-defined]


def test_a_room_that_is_loaded_takes_no_public_name() -> None:
    program = (
        "import silicart, pkgutil; rooms = {room.name for room in pkgutil.iter_modules(silicart.__path__)};"
        "print(*sorted(rooms & set(silicart.__all__)))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
