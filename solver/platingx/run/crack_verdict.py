"""How a grown crack ended, in numbers and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.fracture import CrackGrowth
from platingx.fracture.growth import Ending
from platingx.physics.outlines import OutlineLine
from platingx.physics.placed_flaws import PlacedFlaw
from platingx.post.scales import format_value
from platingx.run.crack_table import CrackTable, slit_content
from platingx_meshes.slit_body import Slit

__all__ = ["ending_content"]

MUCH_OVERLAP = 0.02
"""Share of overlapping faces from which on it is told."""


def ending_content(
    case: Case, placed: PlacedFlaw, block: CrackGrowth, ending: Ending, table: CrackTable
) -> dict[str, Any]:
    """Content of ``crack_growth.json``.

    Parameters
    ----------
    case, placed, block
        What grew.
    ending
        Why it stopped.
    table
        Its rows.
    """
    event = _event(case, placed, ending)
    first, last = table.rows[0], table.rows[-1]
    start = placed.slits[0].length
    jumps = [row for row in table.rows if row["crack_jump"]]
    return {
        "flaw": block.flaw,
        "fill": block.fill,
        "region": placed.region,
        "start_length_m": start,
        "event": event,
        "time_s": last["time"],
        "length_m": ending.last.slit.length,
        "started": bool(len(table.rows) > 1 or ending.kind == "outline"),
        "start_time_s": first["time"],
        "start_pressure_Pa": first["crack_pressure"],
        "largest_pressure_Pa": max(row["crack_pressure"] for row in table.rows),
        "last_pressure_Pa": last["crack_pressure"],
        "vented": event == "flake",
        "share_of_metal_in_crack": last["crack_metal"] / last["crack_charge"] if last["crack_charge"] > 0.0 else 0.0,
        "length_in_jumps_m": _jumped(table),
        "largest_overlap": max(row["crack_overlap"] for row in table.rows),
        "path": slit_content(ending.last.slit),
        "sentences": _sentences(case, placed, block, ending, event, table, bool(jumps)),
        "assumptions": list(_assumptions(case, placed, block, table)),
    }


def _jumped(table: CrackTable) -> float:
    lengths = [row["crack_length"] for row in table.rows]
    return float(
        sum(b - a for a, b, row in zip(lengths, lengths[1:], table.rows[1:], strict=False) if row["crack_jump"])
    )


def _event(case: Case, placed: PlacedFlaw, ending: Ending) -> str:
    """``flake``, ``split``, ``metal``, ``neighbour`` or ``side`` at the outline; else as in `_words`."""
    if ending.kind != "outline":
        return {"opening": "closed", "film": "unfollowed"}.get(ending.kind, "arrest")
    slit = ending.last.slit
    line = _nearest([line for line in placed.outline if not _carries(line, slit)], slit.tips[ending.last.tip])
    if line.beyond:
        return "metal" if case.materials[line.beyond].role == "metal" else "neighbour"
    lowest = min(float(own.nodes[:, 1].min()) for own in placed.outline)
    size = float(np.ptp(np.concatenate([own.nodes for own in placed.outline]), axis=0).max())
    if float(np.abs(line.nodes[:, 1] - lowest).max()) < 1e-6 * size:
        return "split"
    return "side" if any(line.held) else "flake"


def _carries(line: OutlineLine, slit: Slit) -> bool:
    """Whether a crack lies on a line of symmetry."""
    return slit.kind == "symmetric" and line.is_mirror and _distance(line, slit.end) < 1e-6 * slit.length


def _distance(line: OutlineLine, place: Array) -> float:
    start, step = line.nodes[:-1], np.diff(line.nodes, axis=0)
    share = np.clip(((place - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
    return float(np.linalg.norm(start + share[:, None] * step - place, axis=1).min())


def _nearest(lines: list[OutlineLine], place: Array) -> OutlineLine:
    return min(lines, key=lambda line: _distance(line, place))


def _sentences(
    case: Case, placed: PlacedFlaw, block: CrackGrowth, ending: Ending, event: str, table: CrackTable, jumps: bool
) -> list[str]:
    metal, ceramic = case.label(case.growth.region), case.label(placed.region)
    state = {
        "full": f"filled with {metal} up to its tip",
        "front": f"which {metal} flows into",
        "dry": "dry",
    }[block.fill]
    length = format_value(placed.slits[0].length, "m")
    head = f"The flaw {block.flaw} of {length} in {ceramic}, {state},"
    first, last = table.rows[0], table.rows[-1]
    if len(table.rows) == 1 and ending.kind != "outline":
        return [f"{head} does not grow: {_lack(ending)}."]
    now = format_value(ending.last.slit.length, "m")
    found = [
        f"{head} begins to grow after {format_value(first['time'], 's')} at {_pressure(first)} and ends after "
        f"{format_value(last['time'], 's')} with a length of {now}: {_words(event, ceramic, metal, ending)}."
    ]
    if block.fill == "front":
        front = last["crack_front"]
        found.append(f"The front of {metal} is {format_value(front, 'm')} from the mouth then.")
        if jumps:
            count = sum(bool(row["crack_jump"]) for row in table.rows)
            found.append(f"{count} of its increments take less time than the film is followed in.")
    elif jumps:
        share = _jumped(table) / (last["crack_length"] - first["crack_length"])
        found.append(
            f"{100.0 * share:.3g} % of its growth is a jump: longer, it takes less metal, so that the gap drives it "
            "without new charge."
        )
    return found


def _pressure(row: dict[str, float]) -> str:
    return f"a pressure of {format_value(row['crack_pressure'], 'Pa')}"


def _words(event: str, ceramic: str, metal: str, ending: Ending) -> str:
    return {
        "split": f"at the lower end of {ceramic}, which is split; metal that follows is a short circuit",
        "flake": "at a free surface, so that a flake is lifted and the pressure is vented",
        "metal": f"at {metal}, so that a piece of {ceramic} is cut off between crack and {metal}",
        "neighbour": f"at the next region, beyond which {ceramic} ends",
        "side": "at the side of the model, where its support is",
        "arrest": f"at rest, since {_lack(ending)}",
        "closed": f"at rest, since {_lack(ending)}",
        "unfollowed": f"on its way, since {_lack(ending)}",
    }[event]


def _lack(ending: Ending) -> str:
    one = float(ending.last.intensities[ending.last.tip, 0])
    return {
        "supply": "all the charge of the run is used up",
        "toughness": f"its K is below the toughness in all states of the run, {one / 1e6:.3g} MPa m^0.5 at the end",
        "opening": "it is closed in all states of the run",
        "film": "the flow of metal in it can no longer be followed",
        "outline": "",
        "": "",
    }[ending.kind]


def _assumptions(case: Case, placed: PlacedFlaw, block: CrackGrowth, table: CrackTable) -> list[str]:
    told = [
        "plane strain; the ceramic around the crack is linear elastic, loaded by the finite-strain stress of the run",
        "the gap answers to metal that is missing as it did in the run when it had that much less, whatever the rate",
        "growth at K of the largest hoop stress equal to the toughness; the path turns to the largest hoop stress",
    ]
    if block.fill == "full":
        metal = case.label(case.growth.region)
        told.append(f"{metal} follows at once and without loss of pressure: the fastest crack, a bound")
    if block.fill == "front":
        metal, aperture = case.label(case.growth.region), format_value(float(block.aperture or 0.0), "m")
        told.append(
            f"{metal} sticks to the faces and flows between them by its flow law, its resistance saturated, at rates "
            "far beyond the tests behind the law"
        )
        told.append(f"the faces leave {aperture} between them without load: a supposition, not a measurement")
    overlap = max(row["crack_overlap"] for row in table.rows)
    if overlap > MUCH_OVERLAP:
        told.append(
            f"faces that touch carry no pressure: they would overlap over up to {100.0 * overlap:.2g} % of the length"
        )
    return [*told, *placed.remarks]
