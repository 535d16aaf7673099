"""Begins shipped cases on coarse meshes, so that what they need is compiled: begin_cases.py CASE [CASE ...]."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from platingx import load_case, run_case
from platingx.run.shipped import shipped_cases_folder

STEPS = 2


def main(names: list[str]) -> None:
    """Run some steps of each case.

    Parameters
    ----------
    names : list of str
        Of shipped cases, without the ending.
    """
    for name in names:
        case = load_case(shipped_cases_folder() / f"{name}.yaml")
        end = STEPS * case.time.initial_step
        coarse = {"geometry.mesh.refinement": 0.3} if hasattr(case.geometry, "mesh") else {}
        case = case.with_values({**coarse, "time.end": f"{end} s", "output.figures": False})
        with TemporaryDirectory() as folder:
            run_case(case, Path(folder) / name, quiet=True)
        print(f"compiled what {name} needs", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
