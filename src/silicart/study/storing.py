"""Storing a result, complete or not at all, and opening it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from silicart.claims.records import ledger_from_records, ledger_to_records
from silicart.simulation import open_result as open_stored
from silicart.simulation import writing_result
from silicart.study.reading import read_study
from silicart.study.result import StudyResult

TABLES = ("endpoints", "population", "typical", "bands", "paths", "failures", "rejections", "charts", "medication")
"""Tables of a result, each stored as a Parquet file of its name."""

LEDGER, MODEL, STUDY, OVERLAY = "ledger.json", "model.ant", "study.yaml", "overlay.yaml"

Finish = Callable[[StudyResult, Path], None]
"""Writes more files, such as the report, into the folder of a result before it is sealed."""


def store_result(result: StudyResult, out: str | Path, finish: Finish | None = None) -> StudyResult:
    """Store a result in a folder, which appears when everything is written, and return it with its `path`.

    Raises StoreError when the folder holds something else, or cannot be written.
    """
    place = Path(out)
    manifest = dict(result.manifest)
    placed = replace(result, path=place, manifest=manifest)
    with writing_result(place, manifest) as folder:
        for name in TABLES:
            getattr(result, name).to_parquet(folder / f"{name}.parquet", index=False)
        records = ledger_to_records(result.ledger, result.statements)
        (folder / LEDGER).write_text(_json(records), encoding="utf-8")
        (folder / MODEL).write_text(result.model_text, encoding="utf-8")
        (folder / STUDY).write_text(result.study_text, encoding="utf-8")
        if result.overlay_text is not None:
            (folder / OVERLAY).write_text(result.overlay_text, encoding="utf-8")
        if finish is not None:
            finish(placed, folder)
    return placed


def open_result(path: str | Path, expect: Mapping[str, Any] | None = None) -> StudyResult:
    """Open a stored result.

    `expect` is what its manifest must say; `running.identity` of a study asks for exactly that study's result.

    Raises StoreError when there is none, when it is incomplete or changed, or when it belongs to something else.
    """
    import pandas as pd

    stored = open_stored(path, expect)
    tables = {name: pd.read_parquet(stored.file(f"{name}.parquet")) for name in TABLES}
    ledger, statements = ledger_from_records(json.loads(stored.file(LEDGER).read_text(encoding="utf-8")))
    text = stored.file(STUDY).read_text(encoding="utf-8")
    study = read_study(text, str(stored.file(STUDY)))
    plan = replace(study.population, patients=int(stored.manifest["patients"]), seed=int(stored.manifest["seed"]))
    return StudyResult(
        study=replace(study, population=plan),
        ledger=ledger,
        statements=statements,
        model_text=stored.file(MODEL).read_text(encoding="utf-8"),
        study_text=text,
        manifest=stored.manifest,
        path=stored.path,
        overlay_text=stored.file(OVERLAY).read_text(encoding="utf-8") if OVERLAY in stored.files else None,
        **tables,
    )


def _json(records: Mapping[str, Any]) -> str:
    return json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
