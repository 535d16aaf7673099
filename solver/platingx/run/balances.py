"""The balances of every step of a run: their errors, the worst of them, and the sentences about violated ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.fields.solid_region import PointResults
from platingx.physics.model import Model
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_place, format_value
from platingx.problems.balances import (
    EnergyAccount,
    EnergyTotals,
    force_imbalance,
    outside_forces,
    plastic_volume_error,
)
from platingx.profiling import timed

#: Volume of deposit, relative to the metal region, below which Faraday's balance is only round-off.
SMALLEST_DEPOSIT = 1e-6

REMEDIES = {
    "force": "tighten solver.newton.relative_tolerance",
    "faraday": "the growth is not that of the current of the case: it is given in Python, or growth.thickness is not "
    "the volume of the region over the plated area; `mean` takes it from the mesh (and the current density times mean "
    "over thickness keeps the growth stretch)",
    "plastic_volume": "the plastic state is damaged; please report it with the case",
    "energy": "more than the estimate for steps of this size; take smaller ones (time.maximum_step, "
    "time.maximum_growth_increment, time.maximum_plastic_increment), and if that does not help please report it with "
    "the case",
}
JUMP = "a crack that jumps sets free more than its faces take, which no size of steps changes; if none does, "
"""Before the remedy of the energy balance, where there is a phase field of cracks."""
NAMES = {
    "force": "force balance",
    "faraday": "Faraday balance of the growth volume",
    "plastic_volume": "plastic volume",
    "energy": "energy balance",
}


@dataclass
class Worst:
    """Largest error of one balance so far.

    Attributes
    ----------
    error
        Relative.
    time
        Of the step that had it, s.
    excess
        Largest error less what the size of the steps explains of it.
    violated_from
        Time of the first step whose excess is beyond the tolerance, s, or None.
    where
        Words for the place of the worst violation, or nothing.
    """

    error: float = 0.0
    time: float = 0.0
    excess: float = 0.0
    violated_from: float | None = None
    where: str = ""


@dataclass
class BalanceRecord:
    """What a run keeps of its balances; a checkpoint saves it.

    Attributes
    ----------
    totals
        Energies since the start.
    worst
        By the name of the balance.
    """

    totals: EnergyTotals = field(default_factory=EnergyTotals)
    worst: dict[str, Worst] = field(default_factory=lambda: {name: Worst() for name in NAMES})

    def saved(self) -> dict[str, Any]:
        """What a checkpoint keeps of it; JSON."""
        return {"energies": asdict(self.totals), "worst": {name: asdict(worst) for name, worst in self.worst.items()}}

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what a checkpoint has kept."""
        self.totals = EnergyTotals(**saved["energies"])
        self.worst = {name: Worst(**saved["worst"][name]) for name in NAMES}


class Balances:
    """Checks every step of a model.

    Parameters
    ----------
    model
        The model, at rest or at the state that `resume` is told of.
    record
        Where the results are kept. What a resumed run brings is judged by the tolerances of now.
    """

    def __init__(self, model: Model, record: BalanceRecord) -> None:
        self._model, self._record = model, record
        self._regions = {name: solid.region for name, solid in model.solids.items()}
        self._account = EnergyAccount(model.problem, self._regions, record.totals)
        self._tolerances = tolerances_of(model.case)
        for name, worst in record.worst.items():
            first = worst.time if worst.violated_from is None else worst.violated_from
            worst.violated_from = first if worst.excess > self._tolerances[name] else None

    def resume(self, snapshot: Snapshot) -> Snapshot:
        """Go on from a state; gives its snapshot with the balances. Collective."""
        forces = outside_forces(self._model.problem)
        self._account.resume(_results(snapshot), forces)
        return self._completed(snapshot, forces)[0]

    @timed("balances")
    def step(self, snapshot: Snapshot) -> tuple[Snapshot, list[str]]:
        """Check the step that ends at a snapshot. Collective.

        Returns
        -------
        snapshot, sentences
            The snapshot with energies and errors, and a sentence for each balance that is violated for the first time.
        """
        forces = outside_forces(self._model.problem)
        self._account.step(_results(snapshot), forces)
        snapshot, place = self._completed(snapshot, forces)
        news = []
        for name, error in snapshot.balance_errors.items():
            worst = self._record.worst[name]
            if error > worst.error:
                worst.error, worst.time = error, snapshot.time
                worst.where = f" at {format_place(place)}" if name == "plastic_volume" and place else ""
            excess = error - (self._account.totals.relative_unresolved if name == "energy" else 0.0)
            worst.excess = max(worst.excess, excess)
            if excess > self._tolerances[name] and worst.violated_from is None:
                worst.violated_from = snapshot.time
                news.append(_sentence(self._model.case, name, worst))
        return snapshot, news

    def _completed(self, snapshot: Snapshot, forces: Array) -> tuple[Snapshot, tuple[float, ...]]:
        """Add energies and errors to a snapshot; gives the place of the worst plastic volume too."""
        problem, totals = self._model.problem, self._account.totals
        plastic, place = plastic_volume_error(problem, self._regions, _results(snapshot))
        kind = self._model.growing.region.tables.model
        errors = {
            "force": force_imbalance(problem, forces, kind),
            "faraday": self._faraday_error(snapshot),
            "plastic_volume": plastic,
            "energy": totals.relative_imbalance,
        }
        multiplicity = self._model.symmetry_multiplicity
        energies = {
            "external_work": multiplicity * totals.external,
            "growth_work": multiplicity * totals.growth,
            "stored_energy": multiplicity * totals.stored,
            **({"spring_energy": multiplicity * totals.springs} if self._account.has_springs else {}),
            "dissipated_energy": multiplicity * totals.dissipated,
            **(
                {"parting_energy": multiplicity * totals.interface, "friction_energy": multiplicity * totals.friction}
                if self._account.has_interfaces
                else {}
            ),
        }
        return replace(snapshot, numbers=snapshot.numbers | energies, balance_errors=errors), place

    def _faraday_error(self, snapshot: Snapshot) -> float:
        """Volume added by growth less that of the charge, over all that was plated and stripped."""
        moved = self._model.growth.turnover(snapshot.time)
        missing = abs(snapshot.numbers["deposited_volume_ratio"] - 1.0) * moved
        return missing / max(moved, SMALLEST_DEPOSIT * self._model.growth.thickness)


def tolerances_of(case: Case) -> dict[str, float]:
    """Tolerances of a case by the name of the balance."""
    given = case.solver.balances
    return {name: float(getattr(given, name)) for name in NAMES}


def violations(case: Case, record: BalanceRecord) -> list[str]:
    """A sentence for each balance that was violated in a run."""
    return [_sentence(case, name, worst) for name, worst in record.worst.items() if worst.violated_from is not None]


def summary_block(case: Case, record: BalanceRecord) -> dict[str, dict[str, Any]]:
    """The block ``balances`` of summary.json."""
    limits = tolerances_of(case)
    return {
        name: {
            "worst": worst.error,
            "time_s": worst.time,
            "tolerance": limits[name],
            "violated": worst.violated_from is not None,
        }
        for name, worst in record.worst.items()
    }


def _sentence(case: Case, name: str, worst: Worst) -> str:
    tolerance = tolerances_of(case)[name]
    before = JUMP if name == "energy" and case.damage is not None else ""
    return (
        f"the {NAMES[name]} is violated by {_share(worst.error)} (tolerance {_share(tolerance)}) from t = "
        f"{format_value(worst.violated_from, 's')}{worst.where}: {before}{REMEDIES[name]}"
    )


def _share(value: float) -> str:
    return f"{100.0 * value:.2g} %" if 1e-3 <= value < 1.0 else f"{value:.1e}"


def _results(snapshot: Snapshot) -> dict[str, PointResults]:
    return {name: fields.points for name, fields in snapshot.regions.items()}
