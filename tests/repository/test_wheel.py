"""The wheel carries everything: what works in the checkout works from `pip install .` elsewhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path, tracked: list[Path], root: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = root / "src"
    expected = {path.relative_to(source).as_posix() for path in tracked if source in path.parents}
    assert expected
    assert expected <= packed


def test_the_biology_is_in_the_wheel(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    for folder, ending in (
        ("models", ".ant"),
        ("parameters", ".yaml"),
        ("observations", ".yaml"),
        ("claims", ".yaml"),
        ("studies", ".yaml"),
    ):
        assert any(name.startswith(f"silicart/biology/{folder}/") and name.endswith(ending) for name in packed), folder


def test_the_wheel_has_licence_and_notice_and_nothing_but_the_package(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("licenses/LICENSE") for name in packed)
    assert any(name.endswith("licenses/NOTICE") for name in packed)
    assert {name.split("/")[0].split("-")[0] for name in packed} == {"silicart"}


def test_an_unpacked_wheel_reads_its_own_register(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import silicart; "
        "from silicart.evidence import load_register; print(silicart.__file__); print(len(load_register()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    place, entries = run.stdout.splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert int(entries) > 100
