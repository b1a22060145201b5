"""Reads mutated inputs in a process of its own and says on standard output what it begins and what went wrong.

Run as `python worker.py KIND FIRST LAST`. Before each input a line "at NUMBER"; after one that raised anything but
an error of silicart "wrong NUMBER ..."; after one that silicart's reading process did not survive "broke NUMBER ...";
at the end "read ACCEPTED REFUSED". A process that ends before was ended by the input that it named last.
"""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# More than any small text may need; what takes more fails here instead of taking the machine along.
MEMORY = 4 * 2**30
# Seconds of processor time that one input may take; then this process ends.
LONGEST = 10.0
# Refusals of what ended or held up the process that holds the native parsers: no fault, but worth a line.
BROKEN = ("the parser of the model broke down", "reading the model takes too long")
# And what that process says of an error that is none of silicart's own.
UNEXPECTED = "the model cannot be read"


def main() -> None:
    from mutations import mutant

    from silicart.errors import SilicartError

    _limit_memory()
    kind, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    read = _reader(kind)
    accepted = refused = 0
    for number in range(first, last):
        print("at", number, flush=True)
        _limit_time()
        try:
            read(mutant(kind, number))
            accepted += 1
        except SilicartError as error:
            refused += 1
            if error.problem == UNEXPECTED:
                print("wrong", number, error.found)
            elif error.problem in BROKEN:
                print("broke", number, error.problem, error.found)
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            words = " ".join(str(error).split())[:200]
            print("wrong", number, f"{type(error).__name__}: {words} ({Path(place.filename).name}:{place.lineno})")
            if isinstance(error, RecursionError | MemoryError):
                del error
                gc.collect()
    print("read", accepted, refused, flush=True)


def _reader(kind: str) -> Callable[[str], object]:
    """The whole way from a text to a system of equations, or to a study."""
    if kind == "yaml":
        from silicart.study import read_study

        return lambda text: read_study(text, "mutant.yaml")
    from silicart.network import read_antimony_text, read_sbml_text
    from silicart.symbolic import build_system

    def read(text: str) -> None:
        network = read_antimony_text(text, "mutant") if kind == "ant" else read_sbml_text(text, "mutant")
        assert len(network.hash) == 64
        build_system(network)

    return read


def _limit_time() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, LONGEST)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
