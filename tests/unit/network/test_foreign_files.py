"""Nothing but the text itself is read from SBML: no entity, no include, no external definition, no file."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from silicart.errors import ModelError
from silicart.network import read_sbml_text

SECRET = "4711.25"
HEAD = '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"'
PARAMETER = '<model id="m"><listOfParameters><parameter id="k" value="{}" constant="false"/>'
SCHEMA = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x file://{file}"'
COMP = ' xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true"'
EXTERNAL = (
    '<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id="x" comp:source="file://{file}"/>'
    "</comp:listOfExternalModelDefinitions>"
)
RULE = (
    '</listOfParameters><listOfRules><assignmentRule variable="k"><math xmlns="http://www.w3.org/1998/Math/MathML">'
    '<csymbol encoding="text" definitionURL="file://{file}">x</csymbol></math></assignmentRule></listOfRules>'
)
# Ten, a hundred, ... 10**10 characters.
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "1" * 10}">' for n in range(10))


def document(*, before: str = "", namespaces: str = "", first: str = "", value: str = "1", inside: str = "") -> str:
    """A document with one parameter, and something in one of its places."""
    end = "" if "</listOfParameters>" in inside else "</listOfParameters>"
    return f"{before}{HEAD}{namespaces}>{first}{PARAMETER.format(value)}{inside}{end}</model></sbml>"


#: Each names the file at {file}; what the file holds would show in the model, or in a message.
TEXTS = {
    "an entity that is a file": document(before='<!DOCTYPE sbml [<!ENTITY e SYSTEM "file://{file}">]>', value="&e;"),
    "an entity that is a path": document(
        before='<!DOCTYPE sbml [<!ENTITY e SYSTEM "{file}">]>', inside="<notes>&e;</notes>"
    ),
    "a parameter entity": document(before='<!DOCTYPE sbml [<!ENTITY % e SYSTEM "file://{file}"> %e;]>'),
    "an external document type": document(before='<!DOCTYPE sbml SYSTEM "file://{file}">'),
    "a public document type": document(before='<!DOCTYPE sbml PUBLIC "-//x//y" "file://{file}">'),
    "a billion laughs": document(before=f"<!DOCTYPE sbml [{LAUGHS}]>", value="&l9;"),
    "an inclusion": document(
        namespaces=' xmlns:xi="http://www.w3.org/2001/XInclude"',
        inside='<xi:include href="file://{file}" parse="text"/>',
    ),
    "a style sheet": document(before='<?xml-stylesheet type="text/xsl" href="file://{file}"?>'),
    "a schema": document(namespaces=SCHEMA),
    "an external model definition": document(namespaces=COMP, first=EXTERNAL),
    "a definition by address": document(inside=RULE),
}
#: The others name files in places that mean nothing to a model.
REFUSED = set(TEXTS) - {"a style sheet", "a schema"}

WATCHED = """\
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append([event, repr(args)]) if event.split(".")[0] in WATCHED else None)
text = sys.stdin.read()
from silicart.errors import SilicartError
from silicart.network import sbml_reader
import libsbml
sbml_reader.read_sbml_here(GOOD, "good")
del opened[:]
try:
    found = str(sbml_reader.read_sbml_here(text, "evil"))
except SilicartError as error:
    found = str(error)
print(json.dumps([opened, found]))
"""
GOOD = document()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def text_of(name: str, secret: Path) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + TEXTS[name].replace("{file}", str(secret))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_reaches_a_file(name: str, secret: Path) -> None:
    text = text_of(name, secret)
    if name in REFUSED:
        with pytest.raises(ModelError) as refused:
            read_sbml_text(text, "evil.xml")
        assert SECRET not in str(refused.value)
        return
    network = read_sbml_text(text, "evil.xml")
    assert SECRET not in repr(network)
    assert network.parameters[0].value == 1.0


@pytest.mark.parametrize("name", TEXTS)
def test_python_opens_nothing_while_it_reads(name: str, secret: Path) -> None:
    events = ("open", "os", "socket", "subprocess", "urllib", "ctypes", "shutil", "glob", "exec", "import")
    code = f"WATCHED = {events!r}\nGOOD = {GOOD!r}\n" + WATCHED
    done = subprocess.run(
        [sys.executable, "-c", code], input=text_of(name, secret), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    opened, found = json.loads(done.stdout)
    # An error may load a part of Python's library that knows how to write it; nothing else may be touched.
    assert [
        one for one in opened if str(secret) in one[1] or one[0].split(".")[0] in ("socket", "subprocess", "urllib")
    ] == []
    assert [one for one in opened if one[0] == "open" and ".py" not in one[1]] == []
    assert SECRET not in found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", TEXTS)
def test_the_native_parser_does_not_open_the_file_either(name: str, secret: Path) -> None:
    """A named pipe in the file's place: writing to it can begin only when somebody has opened it to read."""
    secret.unlink()
    os.mkfifo(secret)
    opened, over = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(0.001):
            with contextlib.suppress(OSError):
                os.close(os.open(secret, os.O_WRONLY | os.O_NONBLOCK))
                opened.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with contextlib.suppress(ModelError):
            read_sbml_text(text_of(name, secret), "evil.xml")
        assert not opened.is_set()
        # The watch itself is no empty one.
        reader = os.open(secret, os.O_RDONLY | os.O_NONBLOCK)
        assert opened.wait(10)
        os.close(reader)
    finally:
        over.set()
        watcher.join()
