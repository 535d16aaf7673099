"""What evolves in a run beside its problem, and goes into its checkpoints."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from platingx.config.switched_case import Happened
from platingx.physics.snapshot import Snapshot
from platingx.run.balances import BalanceRecord
from platingx.run.coble import CobleWatch
from platingx.run.control_limit import ControlLimit
from platingx.run.judged_stresses import JudgedStresses
from platingx.run.maxima import Maxima, StrengthExceeded
from platingx.run.monitors import Monitors
from platingx.stepping.controller import StepController
from platingx.stepping.events import Events
from platingx.stepping.march import Progress, Step


@dataclass
class RunState:
    """What evolves in a run beside its problem.

    Attributes
    ----------
    peaks
        Largest values so far.
    strength_watches
        When each ceramic reaches its strength, by region.
    balances, monitors
        What the run has to say about its trustworthiness.
    judged
        Largest values away from singular points; None before there is a model.
    fields_written
        Time of the last step in fields.bp, s; -1 before the first.
    progress
        Steps done, and the size of the last one.
    time, proposed_step
        Time and proposed step of the controller after the last accepted step, s; no proposed step before the first.
    wall_seconds
        Wall time used up to the start of this process.
    until
        Results at which the march ends.
    happened
        Events of the case that have switched something.
    control
        What follows the control of a circuit; None for a case without one.
    coble
        What diffusion would do; None before there is a model.
    layer_thickness
        Thickness over which the deposit is spread, m; none before there is a model.
    """

    peaks: Maxima = field(default_factory=Maxima)
    strength_watches: dict[str, StrengthExceeded] = field(default_factory=dict)
    balances: BalanceRecord = field(default_factory=BalanceRecord)
    monitors: Monitors = field(default_factory=Monitors)
    judged: JudgedStresses | None = None
    fields_written: float = -1.0
    progress: Progress = field(default_factory=Progress)
    time: float = 0.0
    proposed_step: float = 0.0
    wall_seconds: float = 0.0
    until: Events = field(default_factory=Events)
    happened: list[Happened] = field(default_factory=list)
    control: ControlLimit | None = None
    layer_thickness: float | None = None
    coble: CobleWatch | None = None

    def accepted(self, step: Step, snapshot: Snapshot, controller: StepController) -> None:
        """Take an accepted step into account, with the snapshot after it."""
        self.progress = Progress(step.number, step.dt)
        self.time, self.proposed_step = step.time, controller.proposed
        self.peaks.update(snapshot)
        if self.coble is not None:
            self.coble.update(snapshot)
        extremes = snapshot.extremes if self.judged is None else self.judged.update(snapshot)
        for region, watch in self.strength_watches.items():
            largest = extremes.get(f"max_principal_stress_{region}")
            if largest is not None:
                watch.update(largest, step.time, snapshot.numbers["current_density"])

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {
            "time_s": self.time,
            "last_step_s": self.progress.last_dt,
            "proposed_step_s": self.proposed_step,
            "history_rows": self.progress.number,
            "fields_written_s": self.fields_written,
            "peaks": self.peaks.records,
            "fracture": {region: watch.saved() for region, watch in self.strength_watches.items()},
            "balances": self.balances.saved(),
            "monitors": self.monitors.saved(),
            "until": self.until.saved(),
            "happened": [asdict(each) for each in self.happened],
            **({} if self.control is None else {"control": self.control.saved()}),
            **({} if self.coble is None else {"coble": self.coble.saved()}),
            "judged": None if self.judged is None else self.judged.saved(),
        }

    def restore(self, index: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.progress = Progress(index["step"], index["last_step_s"])
        self.time, self.proposed_step = index["time_s"], index["proposed_step_s"]
        self.fields_written, self.wall_seconds = index["fields_written_s"], index["wall_seconds"]
        self.peaks.records = index["peaks"]
        for region, watch in self.strength_watches.items():
            watch.restore(index["fracture"][region])
        self.balances.restore(index["balances"])
        self.monitors.restore(index["monitors"])
        self.until.restore(index["until"])
        self.happened = happened_in(index)
        if self.happened and self.happened[-1].time == self.time:  # the motion does not go on as before
            self.progress, self.proposed_step = Progress(index["step"], 0.0), 0.0
        if self.control is not None:
            self.control.restore(index["control"])
        if self.coble is not None and "coble" in index:
            self.coble.restore(index["coble"])
        if self.judged is not None:
            self.judged.restore(index["judged"])


def happened_in(index: dict[str, Any]) -> list[Happened]:
    """Events that had switched something at a checkpoint."""
    return [Happened(**entry) for entry in index.get("happened", ())]
