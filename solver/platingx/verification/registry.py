"""The table of contents of the verification book."""

from __future__ import annotations

from collections.abc import Sequence

from platingx.errors import CaseError, InputError
from platingx.nearest import nearest
from platingx.verification.problem import Problem
from platingx.verification.problems import (
    b01_strain_rate,
    b02_relaxation,
    b03_confined_growth,
    b03_free_growth,
    b04_faraday,
    b05_rate_or_dose,
    b06_pit,
    b07_squeeze_film,
    b08_plug,
    b08_tubule,
    b09_cylinder,
    b10_bilayer,
    b11_flat_punch,
    b11_half_space,
    b12_constriction,
    b13_kinetics,
    b14_griffith,
    b16_cook,
    b16_patch,
    calculix,
    chen2020,
    cohesive,
    contact_asperity,
    contact_bodies,
    contact_column,
    contact_hertz,
    contact_layer,
    contact_mindlin,
    contact_patch,
    contact_pull_off,
    contact_punch,
    contact_space,
    contact_sphere,
    contact_strip,
    contact_turning,
    contact_wedge,
    cracks,
    cracks_eruption,
    cracks_film,
    cracks_growing,
    cracks_kinked,
    cracks_modes,
    cracks_notch,
    creeping_cylinder,
    cycles,
    diffusion_flow,
    free_surface,
    gao2022,
    gao2022_experiments,
    growing_cylinder,
    inf_sup,
    interface_diffusion,
    iterative_direct,
    low_rate_pressure,
    masias_creep,
    mms_space,
    mms_time,
    phase_field,
    ring,
    specimens,
    sprung_collector,
    wang2020,
    yoon2025,
)

__all__ = ["NOT_COVERED", "PROBLEMS", "find"]

PROBLEMS: tuple[Problem, ...] = (
    mms_space.PROBLEM,
    mms_time.PROBLEM,
    growing_cylinder.PROBLEM,
    cycles.PROBLEM,
    ring.PROBLEM,
    sprung_collector.PROBLEM,
    specimens.PROBLEM,
    b01_strain_rate.PROBLEM,
    b02_relaxation.PROBLEM,
    b03_confined_growth.PROBLEM,
    b03_free_growth.PROBLEM,
    b04_faraday.PROBLEM,
    b05_rate_or_dose.PROBLEM,
    b07_squeeze_film.PROBLEM,
    interface_diffusion.PROBLEM,
    free_surface.PROBLEM,
    diffusion_flow.PROBLEM,
    b08_tubule.PROBLEM,
    b08_plug.PROBLEM,
    b09_cylinder.PROBLEM,
    b10_bilayer.PROBLEM,
    b11_flat_punch.PROBLEM,
    b11_half_space.PROBLEM,
    b12_constriction.PROBLEM,
    b13_kinetics.PROBLEM,
    contact_patch.PROBLEM,
    contact_bodies.PROBLEM,
    contact_space.PROBLEM,
    contact_hertz.PROBLEM,
    contact_sphere.PROBLEM,
    contact_wedge.PROBLEM,
    contact_layer.PROBLEM,
    contact_mindlin.PROBLEM,
    contact_punch.PROBLEM,
    contact_strip.PROBLEM,
    contact_asperity.PROBLEM,
    contact_pull_off.PROBLEM,
    phase_field.PROBLEM,
    cohesive.PROBLEM,
    contact_column.PROBLEM,
    contact_turning.PROBLEM,
    b14_griffith.PROBLEM,
    cracks.PROBLEM,
    cracks_notch.PROBLEM,
    cracks_eruption.PROBLEM,
    cracks_kinked.PROBLEM,
    cracks_growing.PROBLEM,
    cracks_film.PROBLEM,
    cracks_modes.PROBLEM,
    b16_patch.PROBLEM,
    inf_sup.PROBLEM,
    iterative_direct.PROBLEM,
    b06_pit.PROBLEM,
    b16_cook.PROBLEM,
    low_rate_pressure.PROBLEM,
    calculix.PROBLEM,
    creeping_cylinder.PROBLEM,
    gao2022.PROBLEM,
    gao2022_experiments.PROBLEM,
    chen2020.PROBLEM,
    wang2020.PROBLEM,
    yoon2025.PROBLEM,
    masias_creep.PROBLEM,
)
"""All problems, in the order of the book."""

NOT_COVERED: tuple[tuple[str, str], ...] = (("B16, cubic anisotropy", "elasticity is isotropic"),)
"""Problems that the book does not have yet, and why."""


def find(names: Sequence[str]) -> tuple[Problem, ...]:
    """Give the problems of some names, in the order of the book; all of them when no name is given.

    Parameters
    ----------
    names : sequence of str
        Names, or beginnings of them: ``b03`` means all that begin so.

    Raises
    ------
    CaseError
        If no problem fits a name.
    """
    chosen = {fit for name in names for fit in _fits(name)}
    return tuple(problem for problem in PROBLEMS if not names or problem.name in chosen)


def _fits(name: str) -> list[str]:
    """Names of the problem of a name, or of those that begin with it."""
    known = [problem.name for problem in PROBLEMS]
    fits = [name] if name in known else [each for each in known if name and each.startswith(name)]
    if fits:
        return fits
    near = nearest(name, known, cutoff=0.3)
    hint = f"platingx verify {near}" if near else "platingx verify --list"
    raise CaseError(InputError(f"there is no verification problem '{name}'", valid=", ".join(known), hint=hint))
