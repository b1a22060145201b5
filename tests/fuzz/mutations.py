"""Mutated model texts, each made from a kind and a number alone, so that a report can name its input.

The mutations know the grammar a little: they move, double and drop tokens and whole elements, join two seeds, put
extreme numbers and ids with a meaning of their own in place, and nest formulas deeply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"

Mutation = Callable[[random.Random, str], str]

_TOKENS = {
    "ant": re.compile(r"[A-Za-z_]\w*|\d+\.?\d*(?:[eE][-+]?\d+)?|\s+|->|:=|&&|\|\||[<>=!]=|.", re.DOTALL),
    "xml": re.compile(r"<[^>]*>|[\w.+-]+|\s+|.", re.DOTALL),
    "yaml": re.compile(r"[\w.+-]+|\n[ ]*|[ ]+|.", re.DOTALL),
}
# One word a line of text, or separated by blanks.
_WORDS = """
time reset nan NaN inf INF pi exp exponentiale avogadro e E i lambda if else for None self x' true false and or not
piecewise delay rateOf floor factorial ln log log10 sqrt sin max min model end species compartment const var function
unit import is in has substanceOnly at after priority t0 fromTrigger persistent $A A' __main -> => := ; , + - * / ^ ( )
{ } [ ] ' " \\ // /* */ \0 \x7f µ é 中 \U0001f600 \u202e \ufeff &amp; <!-- --> ]]> : 0 1 -1 null ~ ? | > % & ! @ # `
""".split()  # noqa: SIM905
_NUMBERS = """
0 -0 1 -1 0.5 1e308 1e309 -1e309 1e-308 1e-324 5e-324 1e400 1e-400 1e99999999999 1e-99999999999 2147483647 2147483648
4294967296 9223372036854775807 9223372036854775808 18446744073709551616 0x10 1e 1e+ . 1.2.3 1,5 1_000 nan inf -inf
00001 1d5 0.1e-2147483648 1e2147483648 99999999999999999999999999999999999999999999999999
""".split()  # noqa: SIM905
_IDS = "time reset nan pi exp inf e avogadro true default model species end x A k __main sin".split()  # noqa: SIM905
_ELEMENTS = (
    '<delay xmlns="http://www.sbml.org/sbml/level2"/>',
    '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">d</csymbol>',
    '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>',
    '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/rateOf">r</csymbol>',
    '<csymbol encoding="text" definitionURL="file:///etc/passwd">t</csymbol>',
    '<algebraicRule><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>A</ci></math></algebraicRule>',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"/>',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>x</ci></bvar><ci>x</ci></lambda></math>',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><apply/></math>',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><ci>A</ci><cn>1</cn></apply></math>',
    "<piecewise/>", "<piecewise><otherwise/></piecewise>", "<piecewise><piece><cn>1</cn></piece></piecewise>",
    '<cn type="rational">1<sep/>0</cn>', '<cn type="e-notation">1<sep/>99999999</cn>', '<cn type="integer">1e5</cn>',
    '<cn type="real"> </cn>', "<cn></cn>", "<ci></ci>", "<ci> time </ci>", "<infinity/>", "<notanumber/>", "<pi/>",
    "<apply><power/><cn>0</cn><cn>-1</cn></apply>", "<apply><root/><degree><cn>0</cn></degree><ci>A</ci></apply>",
    "<apply><log/><logbase><cn>1</cn></logbase><ci>A</ci></apply>", "<apply><factorial/><cn>1e9</cn></apply>",
    "<apply><plus/></apply>", "<apply><minus/></apply>", "<apply><times/></apply>", "<apply><eq/><cn>1</cn></apply>",
    "<semantics><ci>A</ci><annotation>x</annotation></semantics>",
    '<unitDefinition id="u"><listOfUnits><unit kind="metre" exponent="1e99" scale="999" multiplier="0"/></listOfUnits>'
    "</unitDefinition>",
    '<constraint><math xmlns="http://www.w3.org/1998/Math/MathML"><true/></math></constraint>',
    '<speciesReference species="A" stoichiometry="nan"/>', '<modifierSpeciesReference species="nobody"/>',
    '<localParameter id="k" value="1"/>', '<parameter id="time" value="1" constant="true"/>',
    '<?xml version="1.0" encoding="UTF-16"?>', '<?xml-stylesheet href="file:///etc/passwd"?>', "<![CDATA[<x>]]>",
    '<!DOCTYPE a [<!ENTITY b "c">]>', "&b;", "&#0;", "&#x41;", "&lt;", "<a", "</sbml>", "<sbml>",
)  # fmt: skip
_NAMESPACES = (
    "http://www.sbml.org/sbml/level1", "http://www.sbml.org/sbml/level2", "http://www.sbml.org/sbml/level2/version4",
    "http://www.sbml.org/sbml/level3/version1/core", "http://www.sbml.org/sbml/level3/version2/core",
    "http://www.sbml.org/sbml/level3/version1/comp/version1", "http://www.sbml.org/sbml/level3/version1/fbc/version2",
    "http://www.sbml.org/sbml/level3/version1/distrib/version1", "http://www.w3.org/1998/Math/MathML", "", "urn:x",
)  # fmt: skip


@cache
def seeds(kind: str) -> tuple[str, ...]:
    """The texts that mutations begin with: kind is "ant", "xml" or "yaml"."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob(f"*.{kind}")))


def mutant(kind: str, number: int) -> str:
    """Return the mutated text of a number; the first are the seeds themselves.

    Each lies within 200,000 characters.
    """
    texts = seeds(kind)
    if number < len(texts):
        return texts[number]
    # Texts seed alike in every Python; tuples would not.
    rng = random.Random(f"{kind} {number}")
    text = rng.choice(texts)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
        text = rng.choice(_MUTATIONS[kind])(rng, text)
    return text[:200_000]


def _tokens(kind: str, text: str) -> list[str]:
    return _TOKENS[kind].findall(text)


def _on_tokens(kind: str, change: Callable[[random.Random, list[str]], None]) -> Mutation:
    def mutate(rng: random.Random, text: str) -> str:
        tokens = _tokens(kind, text)
        if tokens:
            change(rng, tokens)
        return "".join(tokens)

    return mutate


def _drop(rng: random.Random, tokens: list[str]) -> None:
    place = rng.randrange(len(tokens))
    del tokens[place : place + rng.choice((1, 1, 2, 5, 20))]


def _double(rng: random.Random, tokens: list[str]) -> None:
    place = rng.randrange(len(tokens))
    piece = tokens[place : place + rng.choice((1, 1, 3, 10, 40))]
    tokens[place:place] = piece * rng.choice((1, 1, 2, 50))


def _swap(rng: random.Random, tokens: list[str]) -> None:
    one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]


def _class(token: str) -> str:
    return "number" if token[0].isdigit() else "id" if token.isidentifier() else "space" if token.isspace() else "sign"


def _alike(rng: random.Random, tokens: list[str]) -> None:
    """A number for a number, an id for an id, a sign for a sign: the text often stays one that can be read."""
    place = rng.randrange(len(tokens))
    tokens[place] = rng.choice([token for token in tokens if _class(token) == _class(tokens[place])])


def _word(rng: random.Random, tokens: list[str]) -> None:
    place = rng.randrange(len(tokens))
    tokens[place : place + rng.choice((0, 1))] = [rng.choice(_WORDS)]


def _number(rng: random.Random, tokens: list[str]) -> None:
    places = [place for place, token in enumerate(tokens) if token[0].isdigit()] or list(range(len(tokens)))
    tokens[rng.choice(places)] = rng.choice(_NUMBERS)


def _collision(rng: random.Random, tokens: list[str]) -> None:
    """One id of the text becomes an id that means something, or another of the text, everywhere."""
    ids = sorted({token for token in tokens if token.isidentifier()})
    if ids:
        old, new = rng.choice(ids), rng.choice([*_IDS, *ids])
        tokens[:] = [new if token == old else token for token in tokens]


def _nest(rng: random.Random, tokens: list[str]) -> None:
    places = [place for place, token in enumerate(tokens) if token[0].isalnum()]
    if not places:
        return
    place, depth = rng.choice(places), rng.choice((2, 10, 100, 300, 1000, 5000))
    left, right = rng.choice(
        (("(", ")"), ("sin(", ")"), ("-(", ")"), ("!", ""), ("-", ""), ("1+", ""), ("2^", ""), ("", "+1"), ("", "^2"),
         ("piecewise(1,", ",0)"), ("max(1,", ")"), ("", "*k"), ("1/(", ")"), ("[", "]"), ("{", "}"), ("/*", ""))
    )  # fmt: skip
    tokens[place] = left * depth + tokens[place] + right * depth


def _random_characters(rng: random.Random, text: str) -> str:
    characters = list(text)
    for _ in range(rng.choice((1, 1, 3, 10))):
        if characters:
            place = rng.randrange(len(characters))
            flipped = chr(ord(characters[place][0]) ^ (1 << rng.randrange(8)))
            characters[place] = flipped if rng.random() < 0.5 else rng.choice(_WORDS)
    return "".join(characters)


def _cut(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] if rng.random() < 0.8 else text[place:]


def _splice(kind: str) -> Mutation:
    def mutate(rng: random.Random, text: str) -> str:
        one, other = _tokens(kind, text), _tokens(kind, rng.choice(seeds(kind)))
        return "".join(one[: rng.randrange(len(one) + 1)] + other[rng.randrange(len(other)) :])

    return mutate


def _element(rng: random.Random, text: str, change: Callable[[str], str]) -> str:
    """Change one whole element, its content included."""
    starts = list(re.finditer(r"<(\w+)[^>]*?(/?)>", text))
    if not starts:
        return text
    start = rng.choice(starts)
    if start.group(2):
        end = start.end()
    else:
        depth, end = 0, len(text)
        for tag in re.finditer(rf"<(/?){start.group(1)}\b[^>]*?(/?)>", text[start.start() :]):
            depth += 0 if tag.group(2) else -1 if tag.group(1) else 1
            if depth == 0:
                end = start.start() + tag.end()
                break
    return text[: start.start()] + change(text[start.start() : end]) + text[end:]


def _drop_element(rng: random.Random, text: str) -> str:
    return _element(rng, text, lambda _: "")


def _double_element(rng: random.Random, text: str) -> str:
    return _element(rng, text, lambda whole: whole * rng.choice((2, 2, 3, 30)))


def _replace_element(rng: random.Random, text: str) -> str:
    return _element(rng, text, lambda _: rng.choice(_ELEMENTS))


def _insert_element(rng: random.Random, text: str) -> str:
    return _element(rng, text, lambda whole: rng.choice((whole + rng.choice(_ELEMENTS), rng.choice(_ELEMENTS) + whole)))


def _wrap_element(rng: random.Random, text: str) -> str:
    depth = rng.choice((1, 5, 50, 150, 390, 3000))
    head, tail = rng.choice(
        (("<apply><minus/>", "</apply>"), ("<apply><plus/><cn>1</cn>", "</apply>"), ("<apply><not/>", "</apply>"),
         ("<piecewise><otherwise>", "</otherwise></piecewise>"), ("<apply><sin/>", "</apply>"), ("<a>", "</a>"),
         ("<apply><power/><cn>2</cn>", "</apply>"), ("<listOfRules>", "</listOfRules>"), ("<notes>", "</notes>"))
    )  # fmt: skip
    return _element(rng, text, lambda whole: head * depth + whole + tail * depth)


def _move_element(rng: random.Random, text: str) -> str:
    taken: list[str] = []

    def take(whole: str) -> str:
        taken.append(whole)
        return ""

    rest = _element(rng, text, take)
    return _element(rng, rest, lambda whole: whole + taken[0]) if taken else text


def _attribute(rng: random.Random, text: str) -> str:
    found = list(re.finditer(r'[\w:]+="[^"]*"', text))
    if not found:
        return text
    one = rng.choice(found)
    name = one.group().split("=")[0]
    values = [other.group().split('"')[1] for other in found]
    value = rng.choice(
        (rng.choice(values), rng.choice(_NUMBERS), rng.choice(_IDS), rng.choice(_NAMESPACES), "", "true")
    )
    new = rng.choice(
        ("", f'{name}="{value}"', f'{name}="{value}"', f'{name}="{value}"', one.group() + " " + one.group())
    )
    return text[: one.start()] + new + text[one.end() :]


def _level(rng: random.Random, text: str) -> str:
    text = re.sub(r'level="\d+"', f'level="{rng.choice((0, 1, 2, 3, 4, 99))}"', text, count=1)
    return re.sub(r'(<sbml[^>]*)version="\d+"', rf'\g<1>version="{rng.choice((0, 1, 2, 3, 4, 5, 99))}"', text, count=1)


_GENERAL = (_random_characters, _cut)
_BY_TOKEN = (_drop, _double, _swap, _alike, _alike, _alike, _word, _number, _collision, _collision)
_MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "ant": (*_GENERAL, *(_on_tokens("ant", change) for change in (*_BY_TOKEN, *_BY_TOKEN, _nest)), _splice("ant")),
    "yaml": (*_GENERAL, *(_on_tokens("yaml", change) for change in (*_BY_TOKEN, *_BY_TOKEN, _nest)), _splice("yaml")),
    "xml": (
        *_GENERAL, _splice("xml"),
        *(_on_tokens("xml", change) for change in (_drop, _swap, _alike, _number, _collision)),
        *(_drop_element, _double_element, _replace_element, _insert_element, _wrap_element, _move_element) * 2,
        *(_attribute,) * 6, _level,
    ),
}  # fmt: skip
