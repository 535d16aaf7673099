"""A worker of a calibration that computes closed forms, so that the driver alone is tested.

The pressure is current times depth times time, so that only the product of the first two can be known; the stress is
half width times the root of time. Pits of 62 to 66 nm, and of more than 90 nm, have no equilibrium, those of 79 nm take
the process along. On a mesh of half the fineness the pressure is 5 % too large.
"""

import math
from typing import Any

from stub_worker import leave_run, serve

from platingx.studies.messages import Answer, Task

STEPS = 10


def run(task: Task, pause: float, base: dict[str, Any]) -> Answer:
    """Leave the files of a run of ten steps."""
    values = {key: str(value).split()[0] for key, value, _ in task.values}
    depth = float(values.get("geometry.pit.depth", 50.0))
    width = float(values.get("geometry.pit.half_width", 40.0))
    current = float(values.get("growth.current_density", 2.0))
    error = 1.0 + 0.05 * (base["geometry"].get("mesh", {}).get("refinement") == 0.5)
    rows = ["time_s,max_pressure_li_Pa,max_principal_stress_llzo_Pa"]
    for step in range(1, STEPS + 1):
        time = 28.26e-3 * step / STEPS
        rows.append(f"{time!r},{error * current * depth * time * 1e9!r},{width * math.sqrt(time) * 1e9!r}")
    return leave_run(
        task,
        pause,
        "\n".join(rows) + "\n",
        "no equilibrium" if 62.0 < depth < 66.0 or depth > 90.0 else "",
        dies=depth == 79.0,
    )


if __name__ == "__main__":
    serve(run)
