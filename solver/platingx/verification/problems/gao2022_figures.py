"""The experiments of Gao et al. 2022: what was done, what runs here, and what of it is calibrated or unknown."""

from __future__ import annotations

__all__ = ["EXPERIMENTS"]

EXPERIMENTS = (
    (
        "",
        "experiment",
        "here",
        "calibrated or unknown in it",
    ),
    (
        "---",
        "---",
        "---",
        "---",
    ),
    (
        "F1",
        "0.2 V, rigid copper: spreads sideways",
        "`gao_flexible_0V2.yaml` (bonded, rigid arc), `rigid_tip.yaml`, `spreading.yaml`",
        "12.9 ohm cm² *calibrated* to 17 mA/cm²; sizes *calibrated* to Fig. 4",
    ),
    (
        "F2",
        "0.2 V, slender tungsten: a whisker, some 3 times faster up than sideways, stops above 10 MPa, then swells",
        "`gao_flexible_0V2_spring.yaml`",
        "the same; spring of 2.6 N/m *chosen* for that ratio at 4 mA/cm²",
    ),
    (
        "F3",
        "carbon nanotube, no constraint: particles at 0.02 to 0.2, a whisker at 4 mA/cm²",
        "times of growth and of rounding by surface diffusion; `soft_tip.yaml`",
        "radius 100 nm *supposed*, diffusivity 1e-11 m²/s of the paper's text",
    ),
    (
        "F4",
        "3 V, rigid: eruption and splitting, 25 nA",
        "`gao_eruption_3V.yaml`, `_film`, `_columns`, `split.yaml`",
        "99.9 Mohm (or a film) *calibrated* to 25 nA; what it is, nobody knows",
    ),
    (
        "F5",
        "3 V, particle held by neighbours: a hidden crack, up to 37 nA, over 0.4 mm/s",
        "`buried.yaml`, after a run",
        "as F4; where the flaw lies",
    ),
    (
        "F6",
        "3 V, as F4: two flakes lifted, 31 nA",
        "`peel.yaml`, `peel_film.yaml`, after a run; [cracks that turn](cracks-growing.md)",
        "as F4; patch and flaw",
    ),
    (
        "F7",
        "3 V, carbon nanotube: a whisker at 1940 nm/s",
        "`whisker_3V.yaml`",
        "6.88 ohm cm² *calibrated* to 1.44 A/cm²",
    ),
    (
        "F8",
        "host of amorphous carbon: a cavity fills along its wall at 200 mA/cm²",
        "speed of a front that takes all of it; [tubes](b08-tubule.md)",
        "cross section of the cavity",
    ),
    (
        "F9",
        "molten lithium, 530 mA/cm² cited",
        "`hot_80C.yaml`, `hot_150C.yaml` at a given current; [temperature](gao2022.md)",
        "activation energies of exchange current and conductivity: circuits do not change with temperature",
    ),
)
