"""An example of each command, which its help shows and tests parse; and the screen of those who come first."""

from __future__ import annotations

import os
from collections.abc import Mapping

from platingx import __version__

__all__ = ["EXAMPLES", "first_screen"]

EXAMPLES = {
    "run": 'platingx run cases/eruption.yaml --set growth.current_density="3 A/cm^2" --out runs/three',
    "study": "platingx study cases/studies/eruption_rates.study.yaml --dry-run",
    "calibrate": "platingx calibrate cases/studies/gao_fig4.calibration.yaml --dry-run",
    "report": "platingx report runs/eruption",
    "validate": "platingx validate cases/eruption.yaml",
    "mesh": "platingx mesh cases/eruption.yaml --out eruption_mesh",
    "plan": "platingx plan cases/eruption_3d.yaml --unknowns 1e8 --ranks 1024",
    "post": 'platingx post runs/eruption --field von_mises_stress --region llzo --time "20 ms"',
    "crack": "platingx crack runs/split --grow",
    "impedance": 'platingx impedance cases/pellet_impedance.yaml --from "1 MHz" --to "1 Hz" --out runs/pellet',
    "criteria": 'platingx criteria --flaw "10 nm" --voltage "0.2 V"',
    "compare": "platingx compare runs/eruption runs/three",
    "export": "platingx export runs/eruption --format vtkhdf",
    "materials": "platingx materials llzo",
    "force-curves": "platingx force-curves liu_2020 --table S1",
    "verify": "platingx verify b06 --coarse --out book",
    "bench": "platingx bench kernel --quick --out measured",
    "init": "platingx init my_cases",
    "schema": "platingx schema --out case.schema.json",
    "doctor": "platingx doctor",
    "version": "platingx version",
    "interface sand": 'platingx interface sand measured.csv --current "i [mA/cm^2]" --time "tau [s]"',
    "interface strip": (
        "platingx interface strip volume.tif --axis 2 --side first --voxel '1.4 um' --stripped 1 --inert 2 --layers 10"
    ),
    "interface volume": "platingx interface volume volume.tif --shape 64,64,32 --share 0.2 --domain 6",
    "interface constriction": (
        "platingx interface constriction --shape strip --share 0.1 --width '100 um' --conductivity '0.05 S/m'"
    ),
    "atoms deck": "platingx atoms deck cases/md_nucleation.yaml --out deck",
    "atoms order": "platingx atoms order runs/md_nucleation/dump.lammpstrj --out order.csv",
    "atoms roughness": "platingx atoms roughness runs/md_deposition/dump.lammpstrj --out roughness.csv",
    "atoms threshold": "platingx atoms threshold results.csv --size atoms --order order",
}
"""Command lines by command; paths are those of a checkout, and of what the examples before have left."""

START = """platingx {version}: plating and stripping of alkali metals at solid electrolytes, by finite elements

    platingx init my_cases                                             the shipped cases, to change
    platingx run my_cases/eruption.yaml                                one case: numbers, pictures, verdict
    platingx study my_cases/studies/eruption_rates.study.yaml          many runs: curve, map, report
    platingx doctor                                                    what this machine has, and what is missing

All commands: platingx --help; one with its example: platingx run --help."""


LAUNCHED = "\nIn a checkout write ./platingx for platingx."
"""Beside the start where the launcher runs the program: the name alone is no command there."""


def first_screen(environment: Mapping[str, str] = os.environ) -> str:
    """Give what `platingx` alone prints.

    Parameters
    ----------
    environment
        Environment variables, which say whether the launcher of a checkout has started the program.
    """
    return START.format(version=__version__) + (LAUNCHED if environment.get("PLATINGX_INSIDE") else "")
