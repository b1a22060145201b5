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
HEAD = '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"{more}>'
BODY = '<model id="m"><listOfParameters><parameter id="k" value="{value}" constant="true"/>{inside}</listOfParameters></model></sbml>'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
BILLION = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10 if level else "1" * 10}">' for level in range(10)
)  # ten, a hundred, ... 10**10 characters

#: Each names the file at {file}; what the file holds would show in the model, or in a message.
TEXTS = {
    "an entity that is a file": '<!DOCTYPE sbml [<!ENTITY e SYSTEM "file://{file}">]>' + HEAD + BODY.format(value="&e;", inside=""),
    "an entity that is a path": '<!DOCTYPE sbml [<!ENTITY e SYSTEM "{file}">]>' + HEAD + BODY.format(value="1", inside="<notes>&e;</notes>"),
    "a parameter entity": '<!DOCTYPE sbml [<!ENTITY % e SYSTEM "file://{file}"> %e;]>' + HEAD + BODY.format(value="1", inside=""),
    "an external document type": '<!DOCTYPE sbml SYSTEM "file://{file}">' + HEAD + BODY.format(value="1", inside=""),
    "a public document type": '<!DOCTYPE sbml PUBLIC "-//x//y" "file://{file}">' + HEAD + BODY.format(value="1", inside=""),
    "a billion laughs": "<!DOCTYPE sbml [" + BILLION + "]>" + HEAD + BODY.format(value="&l9;", inside=""),
    "xinclude": HEAD.replace("{more}", ' xmlns:xi="http://www.w3.org/2001/XInclude"')
    + BODY.format(value="1", inside='<xi:include href="file://{file}" parse="text"/>'),
    "a style sheet": '<?xml-stylesheet type="text/xsl" href="file://{file}"?>' + HEAD + BODY.format(value="1", inside=""),
    "a schema": HEAD.replace("{more}", ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x file://{file}"')
    + BODY.format(value="1", inside=""),
    "an external model definition": HEAD.replace(
        "{more}", ' xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true"'
    )
    + '<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id="x" comp:source="file://{file}"/>'
    + "</comp:listOfExternalModelDefinitions>"
    + BODY.format(value="1", inside=""),
    "a definition by address": HEAD
    + '<model id="m"><listOfParameters><parameter id="k" value="1" constant="false"/></listOfParameters><listOfRules>'
    + '<assignmentRule variable="k"><math xmlns="http://www.w3.org/1998/Math/MathML">'
    + '<csymbol encoding="text" definitionURL="file://{file}">x</csymbol></math></assignmentRule></listOfRules></model></sbml>',
}  # fmt: skip
#: What is refused; the others name files in places that mean nothing to a model.
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
GOOD = HEAD.format(more="") + BODY.format(value="1", inside="")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def text_of(name: str, secret: Path) -> str:
    # Most texts hold braces of their own.
    return XML + TEXTS[name].replace("{file}", str(secret)).replace("{more}", "")


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_reaches_a_file(name: str, secret: Path) -> None:
    text = text_of(name, secret)
    try:
        network = read_sbml_text(text, "evil.xml")
    except ModelError as error:
        assert SECRET not in str(error)
        return
    assert name not in REFUSED
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
