"""Goes through the control of a case: ends its steps where they end, hit exactly, and the run with the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from platingx.columns import COLUMNS
from platingx.config.base import Finding
from platingx.config.control import ENDS
from platingx.config.loader import case_error_at
from platingx.nearest import nearest
from platingx.physics.electrochemistry import CIRCUIT, CircuitPart
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot, take_snapshot
from platingx.post.scales import format_value
from platingx.problems.newton import solve
from platingx.run.verdict import strength_watches
from platingx.stepping.controller import StepController
from platingx.stepping.events import TOLERANCE, Event
from platingx.stepping.step_limits import Verdict
from platingx.units import DIMENSIONS, Quantity

__all__ = ["ControlLimit"]

_SIZES = ("current", "current_density", "step_capacity")
"""Quantities of which a step ends by the size, whatever the sign."""
_OF_CIRCUIT = ("voltage", *_SIZES)
"""Quantities that the circuit alone gives, and that leap where a step begins."""
SMALLEST_RATIO = 0.02
"""Growth volume ratio below which nothing is left to strip."""


class ControlLimit:
    """Limit of steps that follows the control of a circuit.

    A step of the control begins with the circuit solved anew at the mechanical state of that instant. Where one of its
    ends lies behind it at once, it is passed over.

    Parameters
    ----------
    model
        A model with a circuit.
    announce
        Receives a line for each step that begins or ends.
    """

    name = "control"

    def __init__(self, model: Model, announce: Callable[[str], None]) -> None:
        part = model.parts[CIRCUIT]
        if not isinstance(part, CircuitPart):
            raise TypeError("the part of the circuit is not what its builder gives")
        self._model, self._part, self._announce = model, part, announce
        self._controller: StepController | None = None
        self._stage = next(stage for stage in model.stages.stages if stage.name == CIRCUIT)
        self._watches = strength_watches(model.case)
        self._events: list[Event] = []
        self._end = 0.0
        self.finished = ""  # why the control has ended the run
        self.records: list[dict[str, Any]] = []

    @property
    def turned(self) -> bool:
        """Whether the present state is where what is held turns or leaps."""
        control, now = self._part.control, self._part.deposit.time
        return now == control.began or any(abs(corner - now) <= 1e-12 * now for corner in control.corners())

    @property
    def sentence(self) -> str:
        """Why the control has ended the run, or where the run has left it."""
        if self.finished:
            return self.finished
        control = self._part.control
        if len(control.steps) == 1 and not control.step.until:
            return ""
        return f"ended at its time in step {control.index + 1} of {len(control.steps)} of the control"

    def start(self, controller: StepController, resumed: bool) -> None:
        """Begin the control of a march, or go on with that of a checkpoint. Collective."""
        self._controller = controller
        self._check()
        if not resumed:
            self._begin(0.0)
        elif self.finished:
            controller.stop()

    def propose(self, start: float, dt: float) -> float:
        """End steps where what is held turns, and where the step of the control is over."""
        control = self._part.control
        over = self._over()
        ahead = [time for time in (*control.corners(), *([] if over is None else [over])) if time > start * (1 + 1e-12)]
        remaining = min(ahead, default=float("inf")) - start
        if dt >= remaining * (1.0 - 1e-9):
            return remaining
        return 0.5 * remaining if dt > 0.5 * remaining else dt

    def judge(self, start: float, dt: float) -> Verdict:
        """Ask the ends of the step of the control. Collective."""
        self._end, over = start + dt, self._over()
        sizes = []
        if over is not None and self._end > over * (1.0 + 1e-12):
            sizes.append(over - start)
        values = self._values(self._end)
        verdicts = [event.judge(values[event.quantity], dt, start) for event in self._events]
        sizes += [verdict.repeat_with for verdict in verdicts if verdict.repeat_with is not None]
        return Verdict(repeat_with=min(sizes)) if sizes else Verdict()

    def commit(self) -> None:
        """Go to the next step of the control where this one has ended. Collective."""
        control, deposit = self._part.control, self._part.deposit
        control.note()
        for event in self._events:
            event.commit(self._end)
        over = self._over()
        reached = [event.quantity for event in self._events if event.reached_at is not None]
        if over is not None and self._end >= over * (1.0 - 1e-12):
            reached.append("time")
        if reached:
            self._ended(" and ".join(reached))
        elif deposit.lowest_ratio(self._end) <= SMALLEST_RATIO:
            self._finish("nothing is left to strip")
        elif self.turned:
            self._solve_circuit()
        if self.turned and self._controller is not None:
            self._controller.start_over()

    def _over(self) -> float | None:
        """Instant at which the present step is over, s; None without one."""
        control = self._part.control
        duration = control.step.until.get("time")
        return None if duration is None else control.began + float(duration)

    def _ended(self, why: str) -> None:
        control, now = self._part.control, self._end
        self.records[-1] |= {"ended_s": now, "by": why}
        self._announce(f"step {control.index + 1} of the control ends at t = {format_value(now, 's')}: {why} reached")
        if control.advance(now, self._part.deposit.charge):
            self._begin(now)
        else:
            self._finish(f"the control ends: {why} reached")

    def _begin(self, time: float) -> None:
        """Begin a step at the present state, and pass over those that are at an end there."""
        control = self._part.control
        while True:
            self._solve_circuit()
            self.records.append({"step": control.index + 1, "holds": control.step.description, "began_s": time})
            values = self._values(time)
            self._events = [Event(name, self._target(name, value), values[name]) for name, value in self._wanted()]
            met = [event.quantity for event in self._events if self._is_met(event)]
            if not met:
                return
            self.records[-1] |= {"ended_s": time, "by": f"{' and '.join(met)} at once"}
            self._announce(f"step {control.index + 1} of the control is passed over: {' and '.join(met)} is behind it")
            if not control.advance(time, self._part.deposit.charge):
                self._finish(f"the control ends: {' and '.join(met)} at once")
                return

    def _is_met(self, event: Event) -> bool:
        """Whether an end is reached at the begin of a step.

        A current that a voltage drives falls to its end, and the voltage of a charge rises to its, that of a discharge
        falls. Other quantities do not leap, and are reached from either side later.
        """
        control, now = self._part.control, self._part.deposit.expected
        beyond = event.before - event.target
        if abs(beyond) <= TOLERANCE * abs(event.target):
            return True
        if event.quantity == "voltage" and now != 0.0:
            return beyond * now > 0.0
        if event.quantity in ("current", "current_density") and control.step.program.is_constant:
            return beyond < 0.0
        return event.quantity == "strength" and beyond > 0.0

    def _finish(self, why: str) -> None:
        self.finished, self._events = why, []
        if self._controller is not None:
            self._controller.stop()

    def _solve_circuit(self) -> None:
        """Solve the circuit at the present mechanical state: what the next step starts with. Collective."""
        deposit, problem = self._part.deposit, self._stage.problem
        problem.begin(deposit.time, 0.0, 0.0)
        result = solve(problem, self._stage.options)
        current = self._part.circuit.current(problem.iterate)
        self._leap = self._of_circuit(current)
        if result.converged:
            deposit.expect(current)
        problem.rollback()
        if not result.converged:
            deposit.expected = deposit.current

    def _of_circuit(self, current: float) -> dict[str, float]:
        """Quantities that the circuit gives at a current density (A/m2)."""
        part = self._part
        found = {
            "voltage": part.circuit.voltage(current),
            "current_density": abs(current),
            "step_capacity": abs(part.deposit.charge - part.control.charge_at_begin),
        }
        return found if part.area is None else found | {"current": abs(current) * part.area}

    def _values(self, time: float) -> Mapping[str, float]:
        """Quantities that steps end by, at a time (s); at the begin of a step those right behind it. Collective."""
        part = self._part
        leaps = time == part.control.began == part.deposit.time
        found = self._leap if leaps else self._of_circuit(part.deposit.current)
        others = [name for name, _ in self._wanted() if name not in _OF_CIRCUIT]
        if others:
            found = found | self._of_mechanics(take_snapshot(self._model, time))
        return self._model.problem.comm.bcast(found, root=0)

    def _of_mechanics(self, snapshot: Snapshot) -> dict[str, float]:
        found = snapshot.numbers | {name: extreme.value for name, extreme in snapshot.extremes.items()}
        shares = [
            found[f"max_principal_stress_{region}"] / watch.strength
            for region, watch in self._watches.items()
            if watch.strength is not None
        ]
        pressure = found[f"mean_pressure_{self._model.case.growth.region}"]
        return found | {"pressure": pressure, "strength": max(shares, default=0.0)}

    def _wanted(self) -> list[tuple[str, Quantity]]:
        return [(name, value) for name, value in self._part.control.step.until.items() if name != "time"]

    def _target(self, name: str, value: Quantity) -> float:
        return abs(float(value)) if name in _SIZES else float(value)

    def _check(self) -> None:
        """Refuse ends that this model cannot reach, before anything is computed. Collective."""
        case, snapshot = self._model.case, take_snapshot(self._model, self._part.deposit.time)
        known = {**self._of_mechanics(snapshot), **self._of_circuit(0.0), "time": 0.0}
        for number, step in enumerate(self._part.control.steps):
            for name, value in step.until.items():
                key = f"electrochemistry.control.{number}.until.{name}"
                if name not in known:
                    near = nearest(name, known)
                    hint = f"{near}?" if near else ""
                    raise case_error_at(case, Finding(key, f"this model has no {name}", ", ".join(known), hint))
                column = ENDS.get(name) or COLUMNS.get(name)
                wanted = None if column is None else column.dimension_in(self._model.forces_are_total)
                if wanted is not None and value.dimension != wanted:
                    raise case_error_at(case, Finding(key, f"{name} of this model is in {DIMENSIONS[wanted].si_unit}"))
                if name == "strength" and not any(watch.strength for watch in self._watches.values()):
                    raise case_error_at(
                        case, Finding(key, "no ceramic of this case has a theoretical strength", "another end")
                    )

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        events = [event.saved() for event in self._events]
        return {
            "control": self._part.control.saved(),
            "events": events,
            "records": self.records,
            "finished": self.finished,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self._part.control.restore(saved["control"])
        self.records, self.finished = list(saved["records"]), saved["finished"]
        self._events = [Event(entry["quantity"], entry["target"], entry["before"]) for entry in saved["events"]]
