"""COPASI: its LSODA, through the interface that python-copasi gives to its C++ library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import DOSE_PARAMETER, FLOOR, Problem

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Runner:
    problem: Problem
    document: Any
    references: list[tuple[Any, Any]]
    names: list[Any]
    units: FloatArray

    # COPASI takes one absolute tolerance and scales it by the initial values itself.
    variants = ("tolerance of the smallest state", "tolerance of the middle state")

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        import COPASI

        problem = self.problem
        model, task = self.document.getModel(), self.document.getTask("Time-Course")
        middle = variant == self.variants[1]
        size = float(np.median(problem.scale) if middle else problem.scale.min())
        method = task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        method.getParameter("Absolute Tolerance").setDblValue(rtol * FLOOR * size)
        method.getParameter("Max Internal Steps").setIntValue(1_000_000)
        changed = COPASI.ObjectStdVector()
        for _, reference in self.references:
            changed.append(reference)
        # It keeps the rows of all runs, so each call has its own.
        output = COPASI.CDataHandler()
        for name in self.names:
            output.addDuringName(name)
        self.document.addInterface(output)
        rows = np.column_stack([problem.table, problem.initial, problem.dosed[:, self._dosed()]])
        values = np.full((patients, len(problem.times), len(problem.outputs)), np.nan)
        for patient in range(patients):
            for (owner, _), value in zip(self.references, rows[patient].tolist(), strict=True):
                owner(value)
            model.updateInitialValues(changed)
            before = output.getNumRowsDuring()
            if not (task.initializeRaw(COPASI.CCopasiTask.OUTPUT_UI) and task.processRaw(True)):
                continue
            if output.getNumRowsDuring() - before == len(problem.times):
                rows_of_patient = [output.getNthRow(before + row) for row in range(len(problem.times))]
                values[patient] = rows_of_patient / self.units
            task.restore(True)
        self.document.removeInterface(output)
        return values

    def _dosed(self) -> list[int]:
        return [self.problem.states.index(state) for state in self.problem.doses.amounts]


class _Copasi:
    def version(self) -> str:
        import COPASI

        return f"COPASI {COPASI.__version__} (LSODA)"

    def prepare(self, problem: Problem) -> _Runner:
        import COPASI

        document = COPASI.CRootContainer.addDatamodel()
        if not document.importSBMLFromString(problem.sbml_with_doses):
            raise RuntimeError("COPASI cannot import the model: " + COPASI.CCopasiMessage.getAllMessageText())
        model = document.getModel()
        entries = {entry.getSBMLId(): entry for entry in (*model.getModelValues(), *model.getMetabolites())}
        kinds = dict(zip(problem.states, problem.kinds, strict=True))
        ids = [*problem.parameters, *problem.states, *(DOSE_PARAMETER + state for state in problem.doses.amounts)]
        # Amounts of species are set and shown as numbers of particles.
        number = model.getQuantity2NumberFactor()
        references = [_reference(entries[id], kinds.get(id, "parameter"), number) for id in ids]
        names, units = [], []
        for id in problem.outputs:
            reference = "getConcentrationReference" if kinds[id] == "concentration" else "getValueReference"
            names.append(COPASI.CRegisteredCommonName(getattr(entries[id], reference)().getCN().getString()))
            units.append(number if kinds[id] == "amount" else 1.0)
        task = document.getTask("Time-Course")
        task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        settings = task.getProblem()
        settings.setTimeSeriesRequested(False)
        settings.setUseValues(True)
        settings.setValues(" ".join(repr(time) for time in problem.times.tolist()))
        settings.setDuration(float(problem.times[-1]))
        settings.setOutputEvent(False)
        task.setScheduled(True)
        runner = _Runner(problem, document, references, names, np.array(units))
        runner.run(1e-3, 1, runner.variants[0])
        return runner


def _reference(entry: Any, kind: str, number: float) -> tuple[Any, Any]:
    if kind == "amount":
        return lambda value: entry.setInitialValue(value * number), entry.getInitialValueReference()
    if kind == "concentration":
        return entry.setInitialConcentration, entry.getInitialConcentrationReference()
    return entry.setInitialValue, entry.getInitialValueReference()


PEER = _Copasi()
