"""What a calibration needs of a measured force curve: a case whose cantilever moves so, and the shortening."""

from __future__ import annotations

from platingx.config.force_curves import ForceCurves

__all__ = ["case_text", "target_text"]


def case_text(curves: ForceCurves, table: str, extends: str, tool: str, speed: float, rows: int) -> str:
    """A case that extends another and moves the far end of the spring of its tool as the base of the measurement.

    Only the distance between base and cantilever counts: here the specimen stands still and the cantilever comes down.

    Parameters
    ----------
    curves, table
        The measurements, and which of them.
    extends
        Name of the case that it extends.
    tool
        Name of the tool on the cantilever.
    speed
        Of the base, m/s.
    rows
        Number of rows that are taken.
    """
    times, ways = curves.times(table, speed)[:rows], curves.base_way(table)[:rows]
    points = ",\n".join(
        f"          [{time:.6g} s, {-1e9 * way + 0.0:.6g} nm]" for time, way in zip(times, ways, strict=True)
    )
    return f"""# {curves.source}, {table}: the base moves by shortening and deflection. The table has no
# times: a constant speed of {speed * 1e9:g} nm/s is an assumption. Written by platingx force-curves {curves.name}.
extends: {extends}

name: {curves.name}_{table.lower()}
description: {curves.title} ({table}).

tools:
  {tool}:
    shape: flat
    y:
      spring: {float(curves.stiffness):g} N/m
      base:
        table: [
{points}]

time:
  end: {times[-1]:.6g} s
"""


def target_text(curves: ForceCurves, table: str, speed: float, rows: int) -> str:
    """Shortening over time as a target of a calibration, without the row at rest; see :func:`case_text`.

    The way of the base is given, and a specimen is stiffer than a cantilever: the force is nearly that of the way,
    whatever the specimen is, and the shortening tells of it.
    """
    lines = [f"# {curves.source}, {table}; the times are those of a base that moves at {speed * 1e9:g} nm/s"]
    lines.append("time [s],shortening [nm]")
    pairs = zip(curves.times(table, speed)[1:rows], curves.tables[table].rows[1:rows], strict=True)
    lines += [f"{time:.6g},{1e9 * float(row[1]):.6g}" for time, row in pairs]
    return "\n".join(lines) + "\n"
