"""SBML text and files: what is refused by name, what libSBML never gets to see, and where messages point."""

from __future__ import annotations

import pickle
import threading

import pytest

from silicart.errors import ModelError
from silicart.network import read_sbml_file, read_sbml_text

PACKAGE = 'xmlns:{0}="http://www.sbml.org/sbml/level3/version1/{0}/version{1}" {0}:required="{2}"'
OPENED = '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4">'
PARAMETER = '<listOfParameters><parameter id="p" name="{0}" value="1" constant="false"/></listOfParameters>'


@pytest.mark.parametrize(
    ("package", "version", "required", "element"),
    [
        (
            "comp",
            1,
            "true",
            "<comp:listOfSubmodels><comp:submodel comp:id='s' comp:modelRef='n'/></comp:listOfSubmodels>",
        ),
        ("fbc", 2, "false", "<fbc:listOfObjectives fbc:activeObjective='o'/>"),
        ("qual", 1, "true", "<qual:listOfQualitativeSpecies/>"),
        ("distrib", 1, "true", "<distrib:listOfUncertainties/>"),
        ("multi", 1, "true", "<multi:listOfSpeciesTypes/>"),
        ("spatial", 1, "true", "<spatial:geometry/>"),
        ("arrays", 1, "true", "<arrays:listOfDimensions/>"),
        ("dyn", 1, "true", "<dyn:listOfDynElements/>"),
    ],
)
def test_packages_are_refused_by_name(sbml, package, version, required, element):
    text = sbml(element, attributes=PACKAGE.format(package, version, required))
    with pytest.raises(ModelError, match=rf"package.*{package}") as caught:
        read_sbml_text(text)
    assert caught.value.problem.startswith("not supported")


def test_a_reference_to_another_file_is_refused_with_its_package(sbml, tmp_path):
    (tmp_path / "other.xml").write_text("secret")
    external = (
        "</model><comp:listOfExternalModelDefinitions>"
        f"<comp:externalModelDefinition comp:id='e' comp:source='file://{tmp_path}/other.xml'/>"
        "</comp:listOfExternalModelDefinitions>"
    )
    text = sbml("", attributes=PACKAGE.format("comp", 1, "true")).replace("</model>", external)
    with pytest.raises(ModelError, match="package comp"):
        read_sbml_text(text)


@pytest.mark.parametrize("package", ["comp", "fbc", "distrib", "arrays"])
def test_a_package_that_is_declared_but_not_used_is_none(sbml, package):
    required = "false" if package == "fbc" else "true"
    text = sbml(PARAMETER.format("p"), attributes=PACKAGE.format(package, 2 if package == "fbc" else 1, required))
    assert read_sbml_text(text).parameters[0].id == "p"


@pytest.mark.parametrize("package", ["layout", "render", "groups"])
def test_drawings_and_labels_are_passed_over(sbml, package):
    element = {"layout": "<layout:listOfLayouts/>", "groups": "<groups:listOfGroups/>"}.get(package, "")
    text = sbml(element + PARAMETER.format("p"), attributes=PACKAGE.format(package, 1, "false"))
    assert read_sbml_text(text).parameters[0].value == 1.0


@pytest.mark.parametrize(
    ("body", "feature"),
    [
        ("<listOfRules><algebraicRule>{0}</algebraicRule></listOfRules>", "algebraic rules"),
        ('<listOfReactions><reaction id="R" reversible="false" fast="true"/></listOfReactions>', "fast reactions"),
    ],
)
def test_features_are_refused_by_name(sbml, mathml, body, feature):
    text = sbml(PARAMETER.format("p") + body.format(mathml("p - 1")))
    text = text.replace("version2/core", "version1/core").replace('version="2"', 'version="1"')
    with pytest.raises(ModelError, match=feature):
        read_sbml_text(text)


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE sbml [<!ENTITY name SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE sbml SYSTEM "http://localhost/sbml.dtd">',
        '<!DOCTYPE sbml [<!ENTITY a "aaaa"><!ENTITY name "&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_type_is_refused_before_an_entity_is_read(sbml, document_type):
    text = sbml(PARAMETER.format("&name;")).replace("?>\n", f"?>\n{document_type}\n")
    with pytest.raises(ModelError, match="DOCTYPE") as caught:
        read_sbml_text(text, "m.xml")
    assert caught.value.where == "m.xml:2"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no element found"),
        ("model m; k = 1; end", "no well-formed XML"),
        (OPENED + "<model></sbml>", "no well-formed XML: mismatched tag"),
        ("<html/>", "no SBML of a published level"),
        (
            '<sbml xmlns="http://www.sbml.org/sbml/level9" level="9" version="1"><model/></sbml>',
            "no SBML of a published",
        ),
        ('<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="x"><model/></sbml>', "version x"),
        ('<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"/>', "holds no model"),
        (OPENED + "\x00</sbml>", "no well-formed XML"),
        ("<sbml>\ud800</sbml>", "characters that XML cannot hold"),
    ],
)
def test_what_is_no_sbml_is_refused(text, problem):
    with pytest.raises(ModelError, match=problem):
        read_sbml_text(text)


def test_a_namespace_may_have_a_prefix():
    opened = '<s:sbml xmlns:s="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">'
    text = f'{opened}<s:model id="m"/></s:sbml>'
    assert read_sbml_text(text).id == "m"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<listOfParameters><parameter id="p" value="a" constant="true"/></listOfParameters>', "libSBML cannot read"),
        ('<listOfParameters><parameter id="p" value="1"/></listOfParameters>', "libSBML cannot read"),
        ("<listOfThings/>", "libSBML cannot read"),
        ('<listOfParameters><parameter id="p" vaule="1" constant="true"/></listOfParameters>', "libSBML cannot read"),
        ('<listOfParameters><parameter id="p" constant="true"/><parameter id="p" constant="true"/></listOfParameters>',
         "two things are called p"),
    ],
)  # fmt: skip
def test_a_document_that_leaves_the_mathematics_in_doubt_is_refused(sbml, body, problem):
    with pytest.raises(ModelError, match=problem) as caught:
        read_sbml_text(sbml(body), "m.xml")
    assert str(caught.value.where).startswith("m.xml:3")


@pytest.mark.parametrize("attribute", ['units="9 lives"', 'sboTerm="SBO:none"', 'metaid="1 2"'])
def test_labels_that_are_wrong_do_not_matter(sbml, attribute):
    text = sbml(f'<listOfParameters><parameter id="p" value="1" constant="true" {attribute}/></listOfParameters>')
    assert read_sbml_text(text).parameters[0].value == 1.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_file_is_read_in_the_encoding_that_it_declares(sbml, tmp_path, encoding):
    declared = {"utf-8-sig": "UTF-8", "latin-1": "ISO-8859-1"}.get(encoding, encoding)
    path = tmp_path / "model.xml"
    path.write_bytes(sbml(PARAMETER.format("Größe")).replace("UTF-8", declared).encode(encoding))
    assert read_sbml_file(path).parameters[0].name == "Größe"


@pytest.mark.parametrize("data", [b"\xff\xfe\xfa", b'<?xml version="1.0" encoding="zip"?><a/>', b"\xe9<sbml/>"])
def test_a_file_that_is_no_text_is_an_error_with_its_path(tmp_path, data):
    path = tmp_path / "model.xml"
    path.write_bytes(data)
    with pytest.raises(ModelError) as caught:
        read_sbml_file(path)
    assert str(caught.value.where).startswith(str(path))


def test_a_file_that_is_not_there_is_an_error_with_its_path(tmp_path):
    with pytest.raises(ModelError, match="cannot be read") as caught:
        read_sbml_file(tmp_path / "absent.xml")
    assert caught.value.where == str(tmp_path / "absent.xml")


def test_a_network_survives_pickling_with_the_same_hash(sbml):
    network = read_sbml_text(sbml('<listOfParameters><parameter id="p" constant="false"/></listOfParameters>'))
    assert pickle.loads(pickle.dumps(network)).hash == network.hash


def test_threads_may_read_at_the_same_time(sbml):
    found: list[str] = []

    def read(number: int) -> None:
        text = sbml(f'<listOfParameters><parameter id="p{number}" value="1" constant="true"/></listOfParameters>')
        found.append(read_sbml_text(text).parameters[0].id)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(f"p{number}" for number in range(12))
