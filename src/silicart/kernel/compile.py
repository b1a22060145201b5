"""LLVM text to machine code in memory, for the processor that this process runs on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from silicart.errors import SimulationError

Result = TypeVar("Result")

_lock = threading.Lock()
_ready = False


class MachineCode:
    """A loaded object file; its functions live as long as this object."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def address(self, function: str) -> int:
        """Return the address of a function, as an integer."""
        return int(self._engine.get_function_address(function))


def processor() -> tuple[str, str]:
    """Return the name and the features of the host processor, as LLVM says them."""
    name, features = _host()
    return name, ",".join(f"{'+' if has else '-'}{feature}" for feature, has in features)


def llvm_version() -> str:
    """Return the version of LLVM inside llvmlite."""
    return ".".join(str(part) for part in uninterrupted(lambda: _binding().llvm_version_info))


def widest() -> int:
    """Return how many doubles a vector register of the host holds: 8, 4 or 2."""
    features = dict(_host()[1])
    if features.get("avx512f"):
        return 8
    return 4 if features.get("avx2") else 2


def translate(text: str, *, quick: bool = False) -> bytes:
    """Return the object file of an LLVM module; `quick` code is made several times sooner and runs slower.

    Both give the same bits: LLVM may not change what a floating-point operation yields.

    Raises
    ------
    SimulationError : LLVM refuses the module.
    """
    return uninterrupted(lambda: _translate(text, effort=0 if quick else 2))


def load(code: bytes) -> MachineCode:
    """Return an object file made executable."""
    return uninterrupted(lambda: _load(code))


def uninterrupted(work: Callable[[], Result]) -> Result:
    """Return what `work` returns, done where Ctrl-C does not reach it: in another thread than the main one.

    llvmlite frees an object by two steps in Python. An interrupt between them frees it twice, which ends the process.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="silicart-code").start()
    return outcome.result()


def _translate(text: str, effort: int) -> bytes:
    binding = _binding()
    with _lock:
        try:
            parsed = binding.parse_assembly(text)
            parsed.verify()
        except RuntimeError as problem:
            raise SimulationError(
                "the generated code was refused by LLVM",
                found=" ".join(str(problem).split()),
                expected="a valid module",
                remedy="report the model file: this is an error of silicart",
            ) from problem
        machine = _machine(effort)
        parsed.triple = machine.triple
        parsed.data_layout = str(machine.target_data)
        return bytes(machine.emit_object(parsed))


def _load(code: bytes) -> MachineCode:
    binding = _binding()
    with _lock:
        empty = binding.parse_assembly("")
        engine = binding.create_mcjit_compiler(empty, _machine(2))
        engine.add_object_file(binding.ObjectFileRef.from_data(code))
        engine.finalize_object()
        return MachineCode(engine)


@cache
def _host() -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Name and features of the host processor."""

    def ask() -> tuple[str, tuple[tuple[str, bool], ...]]:
        binding = _binding()
        return binding.get_host_cpu_name(), tuple(sorted(binding.get_host_cpu_features().items()))

    return uninterrupted(ask)


def _machine(effort: int) -> Any:
    binding = _binding()
    name, features = processor()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(cpu=name, features=features, opt=effort, jit=True)


def _binding() -> Any:
    global _ready
    from llvmlite import binding

    if not _ready:
        with _lock:
            if not _ready:
                binding.initialize_native_target()
                binding.initialize_native_asmprinter()
                _ready = True
    return binding
