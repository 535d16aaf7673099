"""What is written of a growing crack: a row for each of its lengths, what happened, and how to go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from platingx.columns import Column
from platingx.constants import FARADAY
from platingx.fracture.balance import Loading
from platingx.fracture.criteria import equivalent_intensity
from platingx.fracture.film import Film
from platingx.fracture.growth import CrackState, Past
from platingx_meshes.slit_body import Kind, Slit

__all__ = ["CRACK_COLUMNS", "CrackTable", "past_content", "past_of", "slit_content", "slit_of"]

Row = dict[str, float]

CRACK_COLUMNS = (
    Column("time", "time", "when the crack has this length and goes on; in the last row, when it ends"),
    Column("crack_length", "length", "along the crack"),
    Column("crack_tip_x", "length", "place of the tip that goes on"),
    Column("crack_tip_y", "length", "place of the tip that goes on"),
    Column("crack_pressure", "pressure", "of the metal at the mouth"),
    Column("crack_volume", "area", "between the faces, per metre of depth"),
    Column("crack_metal", "area", "stress-free metal in the crack, per metre of depth"),
    Column("crack_charge", "area", "stress-free metal in gap and crack that this length takes, per metre of depth"),
    Column("crack_stress_intensity_1", "fracture_toughness", "K_I of the tip that goes on"),
    Column("crack_stress_intensity_2", "fracture_toughness", "K_II of the tip that goes on"),
    Column("crack_equivalent_intensity", "fracture_toughness", "K of the largest hoop stress there"),
    Column("crack_kink_angle", "angle", "turn of the path at the tip, positive to the left"),
    Column("crack_speed", "velocity", "mean since the row before; not a number within a jump"),
    Column("crack_current", "current_per_length", "of the metal that enters it, mean since the row before"),
    Column("crack_jump", "dimensionless", "1 where the crack has come to this length without new charge"),
    Column("crack_front", "length", "of the metal, from the mouth along the crack; of a film only"),
    Column("crack_overlap", "dimensionless", "share of the length whose faces would pass through each other"),
)
"""Columns of the table of a crack."""


@dataclass
class CrackTable:
    """Rows of a crack.

    Attributes
    ----------
    loading
        What loads it.
    molar_volume
        Of the metal, m3/mol.
    rows
        So far, by the names of the columns.
    """

    loading: Loading
    molar_volume: float
    rows: list[Row]

    def add(self, state: CrackState) -> Row:
        """Add a row for a state."""
        self.rows.append(self.row(state))
        return self.rows[-1]

    def row(self, state: CrackState) -> Row:
        """Row of a state after those so far."""
        tip = state.slit.tips[state.tip]
        one, two = state.intensities[state.tip]
        before = self.rows[-1] if self.rows else None
        film = state.now
        time = self.loading.time_of(state.charge) if film is None else film.time
        jumps = before is not None and (state.jump if film is not None else time <= before["time"])
        if before is not None:
            time = max(time, before["time"])
        row = {
            "time": time,
            "crack_length": state.slit.length,
            "crack_tip_x": float(tip[0]),
            "crack_tip_y": float(tip[1]),
            "crack_pressure": state.pressure,
            "crack_volume": state.volume,
            "crack_metal": state.metal,
            "crack_charge": state.charge,
            "crack_stress_intensity_1": float(one),
            "crack_stress_intensity_2": float(two),
            "crack_equivalent_intensity": float(equivalent_intensity(one, two)),
            "crack_kink_angle": state.kink(state.tip),
            "crack_speed": float("nan"),
            "crack_current": float("nan"),
            "crack_jump": float(jumps),
            "crack_front": float("nan") if film is None else film.film.front,
            "crack_overlap": state.overlap,
        }
        passed = 0.0 if before is None else time - before["time"]
        if before is not None and not jumps and passed > 0.0:
            row["crack_speed"] = (row["crack_length"] - before["crack_length"]) / passed
            metal = row["crack_metal"] - before["crack_metal"]
            row["crack_current"] = metal * FARADAY / self.molar_volume / passed
        return row


def slit_content(slit: Slit) -> dict[str, Any]:
    """A slit as JSON."""
    return {"kind": slit.kind, "nodes_m": slit.nodes.tolist()}


def slit_of(content: dict[str, Any]) -> Slit:
    """The slit of `slit_content`."""
    nodes: Sequence[Sequence[float]] = content["nodes_m"]
    kind: Kind = content["kind"]
    return Slit(np.array(nodes[0]), np.array(nodes[-1]), kind, np.array(nodes[1:-1]).reshape(-1, 2))


def past_content(past: Past) -> dict[str, Any]:
    """How a crack with a film came to its length, as JSON."""
    film = {"places_m": past.film.places, "beyond_m2": past.film.beyond, "pressures_Pa": past.film.pressures}
    return {
        "length_m": past.length,
        "time_s": past.time,
        "film": {name: values.tolist() for name, values in film.items()},
    }


def past_of(content: dict[str, Any]) -> Past:
    """Read what `past_content` gives."""
    film = [np.array(content["film"][name]) for name in ("places_m", "beyond_m2", "pressures_Pa")]
    return Past(float(content["length_m"]), float(content["time_s"]), Film(*film))
