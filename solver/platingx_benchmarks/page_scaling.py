"""Sections of the page about size and ranks, and about CalculiX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platingx_benchmarks.calculix import PARTS_OF_THE_RUN
from platingx_benchmarks.linear_solve import PARTS, PATTERN, TOLERANCE
from platingx_benchmarks.measurement import ALL, WALL, Row
from platingx_benchmarks.page_tables import Lookup, by_size, markdown, rounded, seconds, thousands
from platingx_benchmarks.ranks import WORK
from platingx_benchmarks.records import Findings
from platingx_benchmarks.sizes import ITERATION

__all__ = ["calculix_section", "notes_of", "ranks_section", "solve_section"]


def solve_section(findings: Findings) -> Iterator[str]:
    """Linear solves and Newton's method by size."""
    yield "## Growth with the size"
    yield (
        f"A linear solve from the element matrices to the solution, at a relative residual of {TOLERANCE:g}: pattern "
        "and matrix, factorisation or preconditioner, solution. *Flowing*: the metal creeps, and resists changes of "
        "shape far less than changes of volume. The *pit* is `cases/benchmarks/confined_pit_3d.yaml`; its Newton "
        "iterations are those of the first steps from rest, at the accuracy that Newton's method asks of the linear "
        "solver. Memory is the growth of the high-water since before there was a mesh."
    )
    yield _by_size(findings.select("solve"))


def _by_size(rows: Sequence[Row]) -> str:
    """Table of linear solves, and of Newton iterations where they were measured."""
    table = []
    for (subject, unknowns), lookup in by_size(rows).items():
        memory = lookup.maybe("memory of an unknown")
        newton = (lookup.maybe(f"{WALL}, {ITERATION}"), lookup.maybe(f"wall time of an unknown, {ITERATION}"))
        table.append(
            [
                subject,
                thousands(unknowns),
                rounded(lookup.only("iterations")),
                *(seconds(lookup.only(f"{WALL}, {part}")) for part in (PATTERN, *PARTS, ALL)),
                rounded(lookup.only("wall time of an unknown")),
                *("" if value is None else rounded(value) for value in newton),
                "" if not memory else rounded(memory / 1e3),
            ]
        )
    head = ["", "unknowns", "iterations", "pattern", "matrix", "set-up", "solution", "all, wall s", "us per unknown",
            "Newton it., wall s", "us per unknown", "kB per unknown"]  # fmt: skip
    return markdown(head, table)


def ranks_section(findings: Findings) -> Iterator[str]:
    """Speed-up, efficiency, and large bodies on all ranks."""
    rows = findings.select("ranks")
    lookup = Lookup(rows)
    yield "## Ranks"
    yield (
        "The same pit on more ranks (speed-up; an elastic solve from the pattern on, and one Newton iteration of "
        "flowing metal), and one that grows with them (efficiency). Two loops run in the same way say what more "
        "ranks can give: one needs only memory (the triad of STREAM), the other only arithmetic."
    )
    references = [subject for subject in lookup.subjects if "," not in subject]
    names = ("speed-up, memory-bound reference", "speed-up, arithmetic reference")
    table = [[subject, *(rounded(lookup.median(subject, name)) for name in names)] for subject in references]
    yield markdown(["", "memory-bound loop", "arithmetic loop"], table)
    for kind, state, quantity in (
        ("strong", "elastic", "speed-up"),
        ("strong", "flowing", "speed-up"),
        ("weak", "flowing", "efficiency"),
    ):
        own = [subject for subject in lookup.subjects if subject.startswith(f"{kind}, {state}")]
        phases = WORK["elastic" if state == "elastic" else "flowing"]
        table = [
            [
                subject,
                thousands(lookup.size(subject)),
                rounded(lookup.median(subject, "iterations")),
                seconds(lookup.median(subject, f"{WALL}, {ALL}")),
                *(rounded(lookup.median(subject, f"{quantity}, {phase}")) for phase in phases),
            ]
            for subject in own
        ]
        if table:
            yield markdown([f"{kind}, {quantity}", "unknowns", "iterations", "wall s", *phases], table)
    large = [row for row in rows if row.subject.startswith("pit, ")]
    if large:
        yield "Bodies of several sizes on all ranks, with the columns of the section before:"
        yield _by_size(large)


def notes_of(findings: Findings, benchmark: str) -> list[str]:
    """The notes of a benchmark as one list in Markdown, if there are any."""
    notes = [f"- {note}" for note in findings.notes.get(benchmark, [])]
    return ["\n".join(notes)] if notes else []


def calculix_section(findings: Findings) -> Iterator[str]:
    """What CalculiX takes for the same meshes."""
    yield "## Beside CalculiX"
    yield (
        "The same meshes, materials, supports and growth, exported by `platingx export` and run by the `ccx` of this "
        "machine on one rank; the reference figures above are of another version and mesh. Their time is "
        "that of the whole process; ours is that of the solve, or of the whole process from the start of Python on. "
        "*Elastic*: small strain, quadratic tetrahedra (C3D10). *Creeping*: finite strain (NLGEOM), Norton's law, "
        f"growth as thermal expansion, at least {PARTS_OF_THE_RUN} increments, and no bound on the creep error of an "
        "increment (CETOL), which would need many more."
    )
    rows = []
    for row in findings.select("calculix"):
        value = seconds(row.median) if row.unit == "s" else rounded(row.median)
        if row.quantity.startswith("elastic energy"):
            value = f"{row.median:.6f}"
        rows.append(
            [row.subject, thousands(row.size), row.quantity, value + ("" if row.unit == "1" else f" {row.unit}")]
        )
    yield markdown(["", "unknowns", "", ""], rows)
    energies = [row.median for row in findings.select("calculix") if row.quantity.startswith("elastic energy")]
    if energies:
        yield (
            "The elastic energy must be larger in CalculiX's elements: its displacements are among ours, and our "
            "volume strain is a projection, so that our minimum is the lower one. Smallest and largest ratio less 1: "
            f"{min(energies) - 1.0:.1e}, {max(energies) - 1.0:.1e}."
        )
    yield from notes_of(findings, "calculix")
