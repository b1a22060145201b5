"""MathML to expressions: every operator, what is written in terms of others, functions, and what is refused."""

from __future__ import annotations

import math

import pytest

from silicart.errors import ModelError
from silicart.network import Apply, Expression, Number, Symbol, read_sbml_text

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
SYMBOL = 'encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/{0}"'


@pytest.fixture
def read(sbml):
    """Return the expression of a rule, given the inside of its math element and function definitions."""

    def expression(math: str, functions: str = "", level: int = 3) -> Expression:
        text = sbml(
            f"{functions}<listOfParameters>"
            '<parameter id="x" value="2" constant="false"/><parameter id="y" value="3" constant="false"/>'
            '<parameter id="z" value="5" constant="false"/></listOfParameters>'
            f'<listOfRules><assignmentRule variable="z"><math {MATH}>{math}</math></assignmentRule></listOfRules>',
            level,
        )
        return read_sbml_text(text).assignment_rules[0].expression

    return expression


def define(name: str, arguments: str, body: str) -> str:
    bound = "".join(f"<bvar><ci>{argument}</ci></bvar>" for argument in arguments.split())
    return (
        f'<listOfFunctionDefinitions><functionDefinition id="{name}"><math {MATH}><lambda>{bound}{body}</lambda></math>'
        "</functionDefinition></listOfFunctionDefinitions>"
    )


def call(operator: str, *arguments: str) -> str:
    return f"<apply><{operator}/>{''.join(arguments)}</apply>"


X, Y, ONE, TWO = "<ci>x</ci>", "<ci>y</ci>", "<cn>1</cn>", "<cn>2</cn>"


def value_of(expression: Expression, values: dict[str, float]) -> float:
    """A plain evaluator, enough for what the reader writes in terms of other operators."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Symbol):
        return values[expression.id]
    args = [value_of(argument, values) for argument in expression.args]
    plain = {
        "+": sum, "*": math.prod, "-": lambda a: a[0] - a[1], "/": lambda a: a[0] / a[1], "neg": lambda a: -a[0],
        "^": lambda a: a[0] ** a[1], "and": all, "or": any, "not": lambda a: not a[0], "lt": lambda a: a[0] < a[1],
        "geq": lambda a: a[0] >= a[1], "ln": lambda a: math.log(a[0]), "log10": lambda a: math.log10(a[0]),
        "piecewise": lambda a: a[0] if a[1] else a[2],
    }  # fmt: skip
    if expression.op in plain:
        return float(plain[expression.op](args))
    return float(getattr(math, expression.op)(*args))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<cn> 1.5 </cn>", 1.5),
        ('<cn type="integer">-7</cn>', -7.0),
        ('<cn type="e-notation">1.2<sep/>-3</cn>', 1.2e-3),
        ('<cn type="e-notation">6.02214179<sep/>23</cn>', 6.02214179e23),
        ('<cn type="rational">1<sep/>3</cn>', 1 / 3),
        ("<infinity/>", math.inf),
        ("<pi/>", math.pi),
        ("<exponentiale/>", math.e),
        (f"<csymbol {SYMBOL.format('avogadro')}>any</csymbol>", 6.02214179e23),
    ],
)
def test_numbers_have_the_value_that_is_written(read, text, value):
    assert read(text) == Number(value)


def test_not_a_number_is_a_number(read):
    found = read("<notanumber/>")
    assert isinstance(found, Number)
    assert math.isnan(found.value)


def test_a_number_keeps_its_unit(sbml):
    rule = (
        f'<listOfRules><assignmentRule variable="k"><math {MATH} '
        'xmlns:s="http://www.sbml.org/sbml/level3/version2/core">'
        '<cn s:units="second">3</cn></math></assignmentRule></listOfRules>'
    )
    text = sbml('<listOfParameters><parameter id="k" constant="false"/></listOfParameters>' + rule)
    assert read_sbml_text(text).assignment_rules[0].expression == Number(3.0, "second")


@pytest.mark.parametrize("name", ["time", "pi", "nan", "inf", "true", "avogadro", "exp", "reset"])
def test_an_id_that_looks_like_a_symbol_is_an_id(sbml, name):
    text = sbml(
        f'<listOfParameters><parameter id="{name}" value="1" constant="true"/><parameter id="p" constant="false"/>'
        f'</listOfParameters><listOfRules><assignmentRule variable="p"><math {MATH}><ci>{name}</ci></math>'
        "</assignmentRule></listOfRules>"
    )
    assert read_sbml_text(text).assignment_rules[0].expression == Symbol(name)


def test_the_hash_tells_a_number_from_an_id_that_looks_like_one(sbml):
    body = (
        '<listOfParameters><parameter id="nan" value="1" constant="true"/><parameter id="p" constant="false"/>'
        f'</listOfParameters><listOfRules><assignmentRule variable="p"><math {MATH}>%s</math></assignmentRule>'
        "</listOfRules>"
    )
    hashes = {read_sbml_text(sbml(body % what)).hash for what in ("<ci>nan</ci>", "<notanumber/>")}
    assert len(hashes) == 2


def test_time_and_rates_of_change_are_operators(read):
    assert read(f"<csymbol {SYMBOL.format('time')}>t</csymbol>") == Apply("time")
    rate = f"<apply><csymbol {SYMBOL.format('rateOf')}>r</csymbol>{X}</apply>"
    assert read(rate) == Apply("rateOf", (Symbol("x"),))


@pytest.mark.parametrize(
    ("element", "operator"),
    [
        ("exp", "exp"), ("ln", "ln"), ("abs", "abs"), ("floor", "floor"), ("ceiling", "ceil"),
        ("factorial", "factorial"), ("sin", "sin"), ("arccos", "acos"), ("tanh", "tanh"), ("arcsinh", "asinh"),
        ("arccosh", "acosh"),
        ("arctanh", "atanh"), ("not", "not"), ("minus", "neg"), ("root", "sqrt"), ("log", "log10"),
    ],
)  # fmt: skip
def test_functions_of_one_argument_keep_their_meaning(read, element, operator):
    assert read(call(element, X)) == Apply(operator, (Symbol("x"),))


@pytest.mark.parametrize(
    ("element", "operator"),
    [
        ("plus", "+"), ("times", "*"), ("minus", "-"), ("divide", "/"), ("power", "^"), ("lt", "lt"), ("leq", "leq"),
        ("gt", "gt"), ("geq", "geq"), ("eq", "eq"), ("neq", "neq"), ("and", "and"), ("or", "or"), ("xor", "xor"),
        ("max", "max"), ("min", "min"),
    ],
)  # fmt: skip
def test_functions_of_two_arguments_keep_their_meaning(read, element, operator):
    assert read(call(element, X, Y)) == Apply(operator, (Symbol("x"), Symbol("y")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (call("sec", X), 1 / math.cos(0.4)),
        (call("csc", X), 1 / math.sin(0.4)),
        (call("cot", X), 1 / math.tan(0.4)),
        (call("sech", X), 1 / math.cosh(0.4)),
        (call("csch", X), 1 / math.sinh(0.4)),
        (call("coth", X), 1 / math.tanh(0.4)),
        (call("arcsec", Y), math.acos(1 / 2.6)),
        (call("arccsc", Y), math.asin(1 / 2.6)),
        (call("arccot", Y), math.atan(1 / 2.6)),
        (call("arcsech", X), math.acosh(1 / 0.4)),
        (call("arccsch", Y), math.asinh(1 / 2.6)),
        (call("arccoth", Y), math.atanh(1 / 2.6)),
        (call("log", f"<logbase>{TWO}</logbase>", Y), math.log2(2.6)),
        (call("root", "<degree><cn>3</cn></degree>", Y), 2.6 ** (1 / 3)),
        (call("quotient", Y, X), 6.0),
        (call("quotient", call("minus", Y), X), -6.0),
        (call("rem", Y, X), 2.6 - 6 * 0.4),
        (call("rem", call("minus", Y), X), -(2.6 - 6 * 0.4)),
        (call("implies", "<true/>", call("lt", X, Y)), 1.0),
        (call("implies", call("lt", X, Y), call("lt", Y, X)), 0.0),
        (call("lt", X, ONE, Y), 1.0),
        (call("lt", X, Y, ONE), 0.0),
    ],
)
def test_other_functions_are_written_in_terms_of_these(read, text, value):
    text = text.replace("<true/>", call("lt", "<cn>0</cn>", ONE))
    assert value_of(read(text), {"x": 0.4, "y": 2.6}) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (call("plus"), Number(0.0)),
        (call("times"), Number(1.0)),
        (call("and"), Apply("true")),
        (call("or"), Apply("false")),
        (call("xor"), Apply("false")),
        (call("plus", X), Symbol("x")),
        (call("times", X), Symbol("x")),
        (call("and", X), Apply("and", (Symbol("x"),))),
        (f"<piecewise><otherwise>{X}</otherwise></piecewise>", Symbol("x")),
        (f"<semantics>{call('sin', X)}<annotation-xml encoding='a'><b/></annotation-xml></semantics>",
         Apply("sin", (Symbol("x"),))),
    ],
)  # fmt: skip
def test_operators_of_no_or_one_argument_have_a_meaning(read, text, expected):
    assert read(text) == expected


def test_cases_without_an_otherwise_are_not_a_number_there(read):
    found = read(f"<piecewise><piece>{X}{call('lt', X, Y)}</piece></piecewise>")
    assert isinstance(found, Apply)
    assert found.args[:2] == (Symbol("x"), Apply("lt", (Symbol("x"), Symbol("y"))))
    assert isinstance(found.args[2], Number)
    assert math.isnan(found.args[2].value)


def test_a_long_chain_becomes_one_sum(read):
    text = X
    for number in range(300):
        text = call("plus" if number % 2 else "minus", text, f"<cn>{number}</cn>")
    found = read(text)
    assert isinstance(found, Apply)
    assert found.op == "+"
    assert len(found.args) == 301
    assert found.args[:3] == (Symbol("x"), Apply("neg", (Number(0.0),)), Number(1.0))


def test_a_long_chain_of_cases_becomes_one_list_of_cases(read):
    text = Y
    for number in range(100):
        case = call("gt", X, f"<cn>{number}</cn>")
        text = f"<piecewise><piece><cn>{number}</cn>{case}</piece><otherwise>{text}</otherwise></piecewise>"
    found = read(text)
    assert isinstance(found, Apply)
    assert len(found.args) == 201
    assert found.args[0] == Number(99.0), "the outermost case comes first"
    assert found.args[-1] == Symbol("y")


def test_functions_are_written_out_with_their_arguments(read):
    ratio = define("f", "x y", call("divide", X, Y))
    found = read(f"<apply><ci>f</ci>{Y}{call('plus', X, ONE)}</apply>", ratio)
    assert found == Apply("/", (Symbol("y"), Apply("+", (Symbol("x"), Number(1.0))))), "arguments hide the ids x and y"


def test_functions_may_call_functions_that_stand_later_and_take_no_arguments(read):
    functions = define("f", "a", "<apply><times/><ci>a</ci><apply><ci>g</ci></apply></apply>") + define("g", "", TWO)
    functions = functions.replace("</listOfFunctionDefinitions><listOfFunctionDefinitions>", "")
    assert read(f"<apply><ci>f</ci>{X}</apply>", functions) == Apply("*", (Symbol("x"), Number(2.0)))


def test_a_rate_of_change_may_stand_in_a_function(read):
    function = define("f", "a", f"<apply><csymbol {SYMBOL.format('rateOf')}>r</csymbol><ci>a</ci></apply>")
    assert read(f"<apply><ci>f</ci>{X}</apply>", function) == Apply("rateOf", (Symbol("x"),))
    with pytest.raises(ModelError, match="rateOf of something that is not a name"):
        read(f"<apply><ci>f</ci>{ONE}</apply>", function)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"<apply><csymbol {SYMBOL.format('delay')}>d</csymbol>{X}{ONE}</apply>", "the delay symbol"),
        ("<apply><ci>f</ci><ci>x</ci></apply>", "wrong number of arguments"),
        ("<apply><ci>h</ci><ci>x</ci></apply>", "the function h"),
        ("<apply><ci>g</ci></apply>", "function g is called but has no formula"),
        (call("sin"), "sin has the wrong number of arguments"),
        (call("sin", X, Y), "sin has the wrong number of arguments"),
        (call("divide", X), "/ has the wrong number of arguments"),
        (call("minus", X, Y, X), "minus has the wrong number of arguments"),
        (call("lt", X), "lt has the wrong number of arguments"),
        (call("neq", X, Y, X), "neq has the wrong number of arguments"),
        (call("max"), "max has the wrong number of arguments"),
        ('<cn type="integer">99999999999999999999</cn>', "libSBML cannot read"),
        ("<cn>1e999</cn>", "libSBML cannot read"),
        ("<cn> 0x10 </cn>", "a number that SBML does not know"),
        ("<cn>many</cn>", "libSBML cannot read"),
        (call("frobnicate", X), "libSBML cannot read"),
        ("<ci>unknown</ci>", "which the model does not define"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(read, text, problem):
    functions = define("f", "a b", call("plus", "<ci>a</ci>", "<ci>b</ci>"))
    functions = functions.replace("</listOf", '<functionDefinition id="g"/></listOf')
    with pytest.raises(ModelError, match=problem):
        read(text, functions)


def test_a_function_that_calls_itself_is_refused(read):
    function = define("f", "a", "<apply><ci>f</ci><ci>a</ci></apply>")
    with pytest.raises(ModelError, match="calls itself"):
        read(f"<apply><ci>f</ci>{X}</apply>", function)


def test_functions_that_double_again_and_again_do_not_fill_the_memory(read):
    functions = define("f0", "a", call("plus", "<ci>a</ci>", "<ci>a</ci>"))
    for number in range(1, 40):
        inner = f"<apply><ci>f{number - 1}</ci><apply><ci>f{number - 1}</ci><ci>a</ci></apply></apply>"
        functions += define(f"f{number}", "a", inner)
    functions = functions.replace("</listOfFunctionDefinitions><listOfFunctionDefinitions>", "")
    with pytest.raises(ModelError, match=r"too large|too deeply"):
        read(f"<apply><ci>f39</ci>{X}</apply>", functions)


def test_a_formula_of_many_levels_is_refused_before_it_ends_the_process(read):
    with pytest.raises(ModelError, match="a formula is nested too deeply"):
        read("<apply><sin/>" * 250 + X + "</apply>" * 250)
    with pytest.raises(ModelError, match="the document is nested too deeply"):
        read("<apply><sin/>" * 100_000 + X + "</apply>" * 100_000)
