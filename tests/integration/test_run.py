"""From a study file to a stored result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from silicart.errors import StoreError
from silicart.simulation import ProgressEvent
from silicart.study import Study, StudyResult, find_result, open_result, run_study

TABLES = ("endpoints", "population", "typical", "bands", "paths", "failures", "rejections")


@pytest.mark.parametrize(("threads", "chunk"), [(1, None), (2, 7), (1, 60)])
def test_same_bits_for_any_threads_and_chunks(
    small_study: Study, small_result: StudyResult, threads: int, chunk: int | None
) -> None:
    again = run_study(small_study, threads=threads, chunk=chunk)
    for name in TABLES:
        assert_frame_equal(getattr(again, name), getattr(small_result, name), check_exact=True)
    assert again.ledger == small_result.ledger


def test_a_patient_is_the_same_person_in_every_arm_and_in_a_smaller_run(
    small_study: Study, small_result: StudyResult
) -> None:
    fewer = run_study(small_study, patients=30)
    assert_frame_equal(fewer.population, small_result.population.head(30), check_exact=True)
    for arm in ("mrna-arm", "lv-arm", "care"):
        assert_frame_equal(fewer.arm(arm), small_result.arm(arm).head(30), check_exact=True)
    assert small_result.arm("mrna-arm")["patient"].tolist() == small_result.arm("care")["patient"].tolist()


def test_another_seed_is_another_population(small_study: Study, small_result: StudyResult) -> None:
    other = run_study(small_study, patients=30, seed=8)
    assert not np.isclose(other.population["k_kill"], small_result.population["k_kill"].head(30)).any()


def test_a_stored_result_is_opened_as_it_was(small_result: StudyResult) -> None:
    assert small_result.path is not None
    opened = open_result(small_result.path)
    for name in TABLES:
        assert_frame_equal(getattr(opened, name), getattr(small_result, name), check_exact=True)
    assert opened.ledger == small_result.ledger
    assert opened.statements == small_result.statements
    assert opened.study.population == small_result.study.population
    assert opened.study.arms == small_result.study.arms
    assert opened.model_text == small_result.model_text
    assert opened.manifest["complete"] is True


def test_a_stored_result_is_found_only_by_exactly_its_study(small_study: Study, small_result: StudyResult) -> None:
    assert small_result.path is not None
    assert find_result(small_study, out=small_result.path) is not None
    assert find_result(small_study, patients=30, out=small_result.path) is None
    assert find_result(small_study, seed=8, out=small_result.path) is None
    assert find_result(small_study, out=small_result.path / "elsewhere") is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_stopped_leaves_nothing_that_could_be_taken_for_a_result(
    small_study: Study, tmp_path: Path, stop: type[BaseException]
) -> None:
    def fail(result: StudyResult, folder: Path) -> None:
        assert (folder / "ledger.json").exists()
        raise stop

    out = tmp_path / "small"
    with pytest.raises(stop):
        run_study(small_study, patients=6, out=out, finish=fail)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError):
        open_result(out)


def test_an_interrupt_between_chunks_passes_through_and_leaves_nothing(small_study: Study, tmp_path: Path) -> None:
    def interrupt(event: ProgressEvent) -> None:
        if event.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(small_study, out=tmp_path / "small", chunk=10, threads=2, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_at_the_end_belongs_to_the_result(small_study: Study, tmp_path: Path) -> None:
    def report(result: StudyResult, folder: Path) -> None:
        (folder / "report.html").write_text(result.study.title, encoding="utf-8")

    out = tmp_path / "small"
    run_study(small_study, patients=6, out=out, finish=report)
    assert (out / "report.html").read_text(encoding="utf-8") == "A small study"
    # A run in the same place replaces the whole of it.
    run_study(small_study, patients=6, out=out)
    assert not (out / "report.html").exists()


def test_progress_counts_every_patient_of_every_arm(small_study: Study) -> None:
    events: list[ProgressEvent] = []
    run_study(small_study, patients=6, progress=events.append)
    simulated = [event for event in events if event.stage == "simulating"]
    assert (simulated[0].done, simulated[-1].done, simulated[-1].total) == (0, 18, 18)


def test_own_values_are_laid_over_the_register_and_told(small_study: Study, tmp_path: Path) -> None:
    overlay = tmp_path / "own.yaml"
    overlay.write_text("parameters:\n  k_kill: {value: 9.0, unit: per_day, uncertainty: fixed}\n", encoding="utf-8")
    out = tmp_path / "small"
    result = run_study(small_study, patients=6, overlay=overlay, out=out)
    assert result.manifest["register_user_values"] == ["k_kill"]
    assert "k_kill" not in result.typical
    assert open_result(out).overlay_text == overlay.read_text(encoding="utf-8")
    assert find_result(small_study, patients=6, out=out) is None
    assert find_result(small_study, patients=6, out=out, overlay=overlay) is not None


def test_bands_and_paths_cover_what_the_study_shows(small_result: StudyResult) -> None:
    bands = small_result.bands
    assert set(bands["observable"]) == {"activity", "CAR_per_microlitre"}
    assert set(bands["arm"]) == {"mrna-arm", "lv-arm", "care"}
    assert (bands["time"].min(), bands["time"].max()) == (-7, 200)
    quantiles = bands[["q05", "q25", "q50", "q75", "q95"]].to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    care = bands[(bands["arm"] == "care") & (bands["observable"] == "activity")]
    assert care.groupby(["spread", "structure"])["q50"].agg(np.ptp).max() < 1e-3
    assert small_result.paths.groupby("arm")["patient"].nunique().eq(8).all()


def test_the_first_infusion_is_day_zero_in_every_arm(small_result: StudyResult) -> None:
    paths = small_result.paths
    before = paths[(paths["time"] < 0) & (paths["arm"] != "care")]
    assert (before["CAR_per_microlitre"] == 0).all()
    at_zero = paths[(paths["time"] == 0) & (paths["arm"] == "mrna-arm")]
    assert (at_zero["CAR_per_microlitre"] > 0).all()


def test_peak_of_transient_cells_follows_the_dose_per_kg(small_result: StudyResult) -> None:
    merged = small_result.arm("mrna-arm").merge(small_result.population, on=["patient", "draw"])
    share = merged["CAR_peak"] * merged["V_blood"] * 1e6 / (5.25e7 * merged["body_weight"])
    # Right after an infusion all cells are in blood; the second adds to what the first left.
    assert share.between(1.0 - 1e-6, 1.2).all()
    assert isinstance(small_result.endpoints, pd.DataFrame)
