"""What the source of a circuit holds over time: the steps of a case one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from platingx.config.control import ControlStep
from platingx.problems.circuit import Held

__all__ = ["Control"]


class Control:
    """Steps of a control, of which one is on at a time; programs over time count from the begin of their step.

    Parameters
    ----------
    steps
        As the case has them.
    area
        Plated area that currents in A flow through, m2; None where there are none.

    Attributes
    ----------
    index
        Number of the present step, from 0.
    began
        When it began, s.
    charge_at_begin
        Charge per area that had passed then, C/m2.
    """

    def __init__(self, steps: Sequence[ControlStep], area: float | None) -> None:
        self.steps = tuple(steps)
        self.index, self.began, self.charge_at_begin = 0, 0.0, 0.0
        self._area = area
        self._reported = (0, 0.0)

    @property
    def step(self) -> ControlStep:
        """The present step."""
        return self.steps[self.index]

    @property
    def reported(self) -> tuple[int, float]:
        """Number of the step that the last converged state was in, and the charge per area (C/m2) at its begin."""
        return self._reported

    def held(self, time: float, dt: float) -> Held:
        """What the source holds in a step of a size (s) that ends at a time (s); of no size, right after that time."""
        step, program, since = self.step, self.step.program, max(time - self.began, 0.0)
        if step.voltage is not None:
            return Held(voltage=program.before(since) if dt > 0.0 else program.at(since))
        start = max(since - dt, 0.0)
        mean = (program.charge(since) - program.charge(start)) / (since - start) if since > start else program.at(since)
        if program.is_constant:
            mean = program.at(since)
        return Held(current_density=mean / self._area if step.current is not None and self._area else mean)

    def corners(self) -> list[float]:
        """Instants (s) behind the begin of the step at which its program turns or jumps."""
        return sorted({self.began + time for time in self.step.program.times if time > 0.0})

    def note(self) -> None:
        """Remember in which step the state is that has just been found."""
        self._reported = (self.index, self.charge_at_begin)

    def advance(self, time: float, charge: float) -> bool:
        """Go to the next step at a time (s), after a charge per area (C/m2); False when there is none."""
        if self.index + 1 == len(self.steps):
            return False
        self.index, self.began, self.charge_at_begin = self.index + 1, time, charge
        return True

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {
            "index": self.index,
            "began_s": self.began,
            "charge_at_begin": self.charge_at_begin,
            "reported": list(self._reported),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.index, self.began, self.charge_at_begin = saved["index"], saved["began_s"], saved["charge_at_begin"]
        self._reported = (int(saved["reported"][0]), float(saved["reported"][1]))
