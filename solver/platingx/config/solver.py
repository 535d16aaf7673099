"""How the equations are solved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from platingx.config.base import Block, Finding
from platingx.config.quantities import Physical, case_error, with_default

__all__ = ["Balances", "ContactTuning", "Newton", "Solver"]

Tolerance = Annotated[float, Physical("dimensionless", above=0.0, below=1.0)]

NewtonTolerance = Annotated[float, Physical("dimensionless", minimum=1e-14, below=1.0)]
"""Round-off of double precision in sums of forces ends every search above the lower bound."""


def _option(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise case_error("a PETSc option has one value", "a number, text, true, false or null")


OptionValue = Annotated[Any, PlainValidator(_option, json_schema_input_type=bool | int | float | str | None)]
_OPTION_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OF_THE_PROGRAM = re.compile(r"options_.*|help.*|h|version|v|log_.*|malloc.*|info|fp_trap")
"""PETSc knows them for a whole program only, without a prefix: for a solver they are nothing."""


class Newton(Block):
    """Newton's method within a step."""

    relative_tolerance: NewtonTolerance = with_default(
        1e-8, "Residual norm at which a step has converged, relative to the forces in it."
    )
    maximum_iterations: Annotated[int, Field(strict=True, ge=1, le=1000)] = Field(
        default=15, description="Iterations after which a step is cut."
    )
    line_search: Literal["none", "backtracking"] = Field(
        default="backtracking", description="backtracking: shorten an update that raises the residual."
    )


class Balances(Block):
    """Largest relative errors of the balances of every step; a run that exceeds one says so and goes on."""

    force: Tolerance = with_default(1e-6, "Resultant of all supports and loads, over the sum of their sizes.")
    faraday: Tolerance = with_default(1e-6, "Volume added by growth against that of the charge passed.")
    plastic_volume: Tolerance = with_default(1e-6, "Change of volume by plastic flow at any point.")
    energy: Tolerance = with_default(0.05, "External and growth work against stored and dissipated energy.")


class ContactTuning(Block):
    """What the nodes of a contact are held by; it does not show in results but through convergence."""

    stiffness: Annotated[float, Physical("dimensionless", minimum=0.1, maximum=1e4)] = with_default(
        30.0, "Pressure per penetration, over the bulk modulus per height of the cell behind."
    )
    shear: Annotated[float, Physical("dimensionless", minimum=0.01, maximum=1e3)] = with_default(
        10.0, "Shear stress per elastic slip, over the shear modulus per height of the cell behind."
    )


class Solver(Block):
    """Linear and nonlinear solver."""

    preset: Literal["automatic", "direct", "repeatable", "iterative"] = Field(
        default="automatic",
        description="direct: sparse LU factorisation by MUMPS, shared by the ranks. repeatable: the same, but whole on "
        "every rank, so that runs on the same number of ranks agree to the last digit. iterative: Krylov's method with "
        "multigrid, for large problems in 3D. automatic: direct or iterative, by size and dimension.",
    )
    newton: Newton = Newton.model_validate({})
    balances: Balances = Balances.model_validate({})
    contact: ContactTuning = ContactTuning.model_validate({})
    petsc_options: dict[str, OptionValue] = Field(
        default_factory=dict,
        description="PETSc options over those of the preset, without leading dash: "
        "{ksp_type: gmres, ksp_rtol: 1e-8}; null for a flag.",
    )

    def check(self) -> Iterator[Finding]:
        """Check the names of the PETSc options."""
        for name in self.petsc_options:
            if _OF_THE_PROGRAM.fullmatch(name):
                yield Finding(
                    f"petsc_options.{name}",
                    "an option of PETSc as a whole, not of a solver",
                    "options of KSP, PC and Mat, such as ksp_type",
                    f'set it in the environment: PETSC_OPTIONS="-{name} ..."',
                )
            if not _OPTION_NAME.fullmatch(name):
                hint = f"write {name.lstrip('-')}" if _OPTION_NAME.fullmatch(name.lstrip("-")) else ""
                yield Finding(
                    f"petsc_options.{name}",
                    "not the name of a PETSc option",
                    "letters, digits and _, without a dash",
                    hint,
                )
