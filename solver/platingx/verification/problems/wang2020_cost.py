"""What runs of molecular dynamics cost: atoms times steps times what an atom and a step take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from platingx.config.loader import any_case_from_dict, load_any_case
from platingx.config.molecular import MdDepositionCase, MdNucleationCase
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.problem import Row

__all__ = ["cost_rows"]

CLUSTER, SLAB = 7.4e-6, 11e-6
"""Processor time of an atom and a step by `li_meam_cui_2012` in a cluster of 700 atoms and in a slab of 2561, s: loop
time times use of the core of short runs of LAMMPS 20250204 on one core of an AMD EPYC, which others used as well."""
HOUR = 3600.0
ESTIMATE = "atoms x steps x time of an atom and a step"


def cost_rows(box_of_paper: dict[str, Any]) -> Iterator[Row]:
    """Hours of one core of the shipped cases, of the shipped study, and of a rate in the box of the paper.

    Parameters
    ----------
    box_of_paper
        Content of a case of its deposition.
    """
    yield Row("cluster of 700 atoms", "time of an atom and a step", "us", None, 1e6 * CLUSTER, None, "measured", "own")
    yield Row("slab of 2561 atoms", "time of an atom and a step", "us", None, 1e6 * SLAB, None, "measured", "own")
    folder = shipped_cases_folder()
    cluster, deposit = (load_any_case(folder / f"{name}.yaml") for name in ("md_nucleation", "md_deposition"))
    assert isinstance(cluster, MdNucleationCase)
    assert isinstance(deposit, MdDepositionCase)
    each = sum(cluster.durations()) / cluster.step * CLUSTER / HOUR
    yield _hours("md_nucleation.yaml, 700 atoms", cluster.atoms * each)
    axes = yaml.safe_load((folder / "studies" / "md_threshold.study.yaml").read_text(encoding="utf-8"))["axes"]
    sizes, seeds = (axes[name]["values"] for name in ("atoms", "seed"))
    yield _hours(f"md_threshold.study.yaml, {len(sizes)} sizes, {len(seeds)} seeds", len(seeds) * sum(sizes) * each)
    yield _hours("md_deposition.yaml, a tenth of the length", _deposition(deposit))
    whole = any_case_from_dict(box_of_paper)
    assert isinstance(whole, MdDepositionCase)
    yield _hours("the box of the paper, one rate", _deposition(whole))


def _deposition(case: MdDepositionCase) -> float:
    """Hours, with half of the atoms that land there on average."""
    x, y, z = case.cells
    atoms = 2 * x * y * z + 0.5 * float(case.deposition_rate) * float(case.duration)
    return atoms * float(case.duration) / float(case.step) * SLAB / HOUR


def _hours(label: str, hours: float) -> Row:
    return Row(label, "time of one core, estimated", "h", None, hours, None, ESTIMATE, "own")
