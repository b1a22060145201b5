"""Tables for the pages on study files: the built-in studies, the rules, the drugs given beside a product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Table = Callable[[Sequence[str], Iterable[Sequence[object]]], str]


def study_tables(table: Table) -> dict[str, str]:
    """Return the pages by name; `table` writes a Markdown table."""
    return {
        "parts/studies.md": _studies(table),
        "parts/rules.md": _rules(table),
        "parts/background.md": _background(table),
    }


def _studies(table: Table) -> str:
    from silicart.study import built_in_studies, load_study

    studies = [load_study(name) for name in built_in_studies()]
    return table(
        ("study", "what", "question", "arms"),
        [(f"`{one.name}`", one.title, one.question, len(one.arms)) for one in studies],
    )


def _rules(table: Table) -> str:
    from silicart.trial.rules.registry import RULES

    rows = []
    for id, kind in RULES.items():
        settings = [
            f"`{name}` ({'the register' if value is None else format(value, 'g')})"
            for name, value in kind.settings.items()
        ]
        rows.append((f"`{id}`", kind.label, ", ".join(kind.diseases), ", ".join(settings) or "none"))
    return table(("rule", "what it does", "in", "settings (when left out)"), rows)


def _background(table: Table) -> str:
    from silicart.therapy.background import BACKGROUND_DRUGS

    return table(("name", "drug"), [(f"`{one.id}`", one.label) for one in BACKGROUND_DRUGS.values()])
