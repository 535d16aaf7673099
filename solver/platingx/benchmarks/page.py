"""The page docs/performance.md: fixed sentences around tables that come from bench.json."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platingx.benchmarks.measurement import CPU, WALL
from platingx.benchmarks.page_limits import limits
from platingx.benchmarks.page_tables import Lookup, by_size, markdown, percent, rounded, seconds
from platingx.benchmarks.records import CSV_FILE, Findings, read_findings
from platingx.benchmarks.solve import TOLERANCE
from platingx.profiling import OTHER, START_UP
from platingx.verification.files import write_file

__all__ = ["PAGE", "page", "write_page"]

PAGE = "performance.md"
GIGA = 1e9
PHASES = (
    "element kernel", "line search", "matrix assembly", "solver set-up", "linear solve", "snapshots", "balances",
    "fields", "history", "checkpoints", OTHER,
)  # fmt: skip
SET_UP_PHASES = (START_UP, "compile", "mesh", "model set-up")


def write_page(folder: Path, out: Path) -> Path:
    """Write the page about the findings in a folder. Serial.

    Raises
    ------
    OutputError
        If there are no findings, or the page cannot be written.
    """
    return write_file(out / PAGE, page(read_findings(folder)))


def page(findings: Findings) -> str:
    """Text of the page, with a section for each benchmark that was run."""
    sections = {
        "machine": _machine,
        "cases": _cases,
        "kernel": _kernel,
        "assembly": _assembly,
        "solve": _solve,
        "ranks": _ranks,
        "calculix": _calculix,
    }
    blocks = [_head(findings)]
    for name, section in sections.items():
        if findings.select(name):
            blocks.append("\n\n".join(section(findings)))
    limited = limits(findings)
    if limited:
        blocks.append("## What limits it\n\n" + "\n".join(f"- {sentence}" for sentence in limited))
    if findings.failures:
        failed = (f"- {name}: {text.splitlines()[0]}" for name, text in findings.failures.items())
        blocks.append("## What failed\n\n" + "\n".join(failed))
    return "\n\n".join(blocks) + "\n"


def _head(findings: Findings) -> str:
    warning = ""
    if findings.quick:
        warning = "\n\n**Measured with `--quick`: the sizes are tiny, and the times mean nothing.**"
    return f"""# Performance

Made by `platingx bench --out DIR` and `platingx bench --report DIR --out docs`; no number is written by hand.
`{CSV_FILE}` in DIR has all rows, with the smallest and largest of the repeats. Numbers here are medians. Ratios are of
medians of one run of the command. Times are of the processor, summed over ranks, unless they say wall.{warning}"""


def _machine(findings: Findings) -> Iterator[str]:
    facts, lookup = findings.machine, Lookup(findings.select("machine"))
    packages, machine = facts["packages"], facts["machine"]
    yield "## The machine"
    rows = [
        ("processor", f"{machine['processor']}, {facts['usable_cores']} cores usable, {machine['instruction_set']}"),
        ("caches", ", ".join(f"{name} {size}" for name, size in facts["caches"].items()) or "unknown"),
        ("memory", f"{facts['memory_bytes'] / 2**30:.1f} GiB"),
        ("system", machine["system"]),
        ("MPI", f"{packages['mpi']}, {facts['ranks']} ranks on {facts['hosts']} hosts, {facts['threads']} threads"),
        ("versions", _versions(findings)),
        ("BLAS", facts["blas"]),
        ("load before", ", ".join(f"{value:g}" for value in facts["load_average_before"])),
        ("measured", findings.started),
    ]
    yield markdown(["", ""], rows)
    yield (
        "Two loops bound what any code can do here: the triad of STREAM, on arrays much larger than the caches, and "
        "multiplications and additions on numbers that stay in the first cache, vectorised but not fused, as the "
        "kernels are compiled."
    )
    table = [
        [
            subject,
            rounded(lookup.median(subject, "memory bandwidth, triad") / GIGA),
            rounded(lookup.median(subject, "multiply and add") / GIGA),
        ]
        for subject in lookup.subjects
    ]
    yield markdown(["", "memory, GB/s", "arithmetic, 1e9 operations/s"], table)


def _versions(findings: Findings) -> str:
    facts = findings.machine
    commit = facts["source"].get("commit", "")[:10]
    changed = " with changes" if facts["source"].get("dirty") else ""
    names = ("dolfinx", "petsc", "numpy", "numba", "scipy")
    others = [f"{name} {facts['packages'][name]}" for name in names if name in facts["packages"]]
    own = f"platingx {facts['platingx']}" + (f" ({commit}{changed})" if commit else "")
    return ", ".join([own, f"Python {facts['python']}", *others])


def _cases(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("cases"))
    yield "## Where the time goes"
    yield (
        "Full cases without figures. *After set-up* leaves out start, compiling, mesh and model, which come before the "
        "first step."
    )
    whole = [
        [
            subject,
            str(lookup.size(subject)),
            *(rounded(lookup.median(subject, name)) for name in ("steps", "Newton iterations", "Krylov iterations")),
            *(seconds(lookup.median(subject, f"{CPU}, {name}")) for name in ("whole", "after set-up")),
            seconds(lookup.median(subject, f"{WALL}, start to first step")),
            rounded(lookup.median(subject, "CPU time of an unknown and Newton iteration")),
        ]
        for subject in lookup.subjects
    ]
    yield markdown(
        ["case", "unknowns", "steps", "Newton it.", "Krylov it.", "CPU s", "after set-up", "wall s to first step",
         "us per unknown and Newton it."], whole,
    )  # fmt: skip
    yield (
        "Processor time in s, by phase ([what they are](results.md#time-by-phase)), and its share of the time after "
        "set-up:"
    )
    rows = []
    for phase in (*SET_UP_PHASES, *PHASES):
        cells = []
        for subject in lookup.subjects:
            time, after = lookup.find(subject, f"{CPU}, {phase}"), lookup.median(subject, f"{CPU}, after set-up")
            share = f" ({percent(time.median / after)})" if time is not None and phase in PHASES else ""
            cells.append("" if time is None else seconds(time.median) + share)
        if any(cells):
            rows.append([phase, *cells])
    yield markdown(["phase", *lookup.subjects], rows)


def _kernel(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("kernel"))
    yield "## The kernels"
    yield (
        "Time of a quadrature point: the element kernel (stress, tangent, element matrix, condensation) and the "
        "constitutive update within it. Two bounds stand beside it: the state of the point read and written at the "
        "measured bandwidth, and its operations, counted by hand (`benchmarks/operations.py`), at the measured rate of "
        "vectorised arithmetic. The last column has all arrays of the kernel, the element matrices too, moved."
    )
    for what in ("element kernel", "constitutive update"):
        rows = []
        for subject in lookup.subjects:
            names = ("time of a point", "state at measured bandwidth", "operations at measured rate")
            cells = [rounded(lookup.median(subject, f"{what}, {name}")) for name in names]
            cells.append(rounded(lookup.median(subject, f"{what} over the larger bound")))
            if what == "element kernel":
                cells.append(rounded(lookup.median(subject, "element kernel, all arrays at measured bandwidth")))
            rows.append([subject, *cells])
        last = ["all arrays, ns"] if what == "element kernel" else []
        yield markdown([what, "measured, ns", "state, ns", "operations, ns", "over the larger bound", *last], rows)


def _assembly(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("assembly"))
    yield "## The matrix"
    yield "Finding the pattern, once, and adding the element matrices, in every Newton iteration."
    names = ("CPU time of an entry, pattern", "CPU time of an entry, values")
    rows = [
        [
            subject,
            str(lookup.size(subject)),
            rounded(lookup.median(subject, "entries of the matrix") / lookup.size(subject)),
            *(rounded(lookup.median(subject, name)) for name in names),
        ]
        for subject in lookup.subjects
    ]
    yield markdown(["", "unknowns", "entries of a row", "pattern, ns for an entry", "values, ns for an entry"], rows)


def _solve(findings: Findings) -> Iterator[str]:
    rows = findings.select("solve")
    yield "## Growth of a linear solve with the size"
    yield (
        f"From the element matrices to the solution, at a relative residual of {TOLERANCE:g}: pattern and matrix, "
        "factorisation or preconditioner, solution. *Flowing*: the metal creeps, and resists changes of shape far less "
        "than changes of volume."
    )
    table = []
    for (subject, unknowns), lookup in by_size(rows).items():
        parts = ("pattern", "matrix assembly", "solver set-up", "linear solve", "all")
        memory = lookup.find(subject, "memory of an unknown")
        table.append(
            [
                subject,
                str(unknowns),
                rounded(lookup.median(subject, "iterations")),
                *(seconds(lookup.median(subject, f"{WALL}, {part}")) for part in parts),
                rounded(lookup.median(subject, "CPU time of an unknown")),
                "" if memory is None or memory.median == 0.0 else rounded(memory.median / 1e3),
            ]
        )
    yield markdown(
        ["", "unknowns", "iterations", "pattern", "matrix", "set-up", "solution", "all, wall s", "us per unknown",
         "kB per unknown"], table,
    )  # fmt: skip


def _ranks(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("ranks"))
    yield "## Ranks"
    yield (
        "One Newton iteration of flowing metal in tetrahedra: the same body on more ranks (speed-up), and a body that "
        "grows with them (efficiency). The two loops of the machine say what more ranks can give at most."
    )
    references = [subject for subject in lookup.subjects if "," not in subject]
    names = ("speed-up, memory-bound reference", "speed-up, arithmetic reference")
    table = [[subject, *(rounded(lookup.median(subject, name)) for name in names)] for subject in references]
    yield markdown(["", "memory-bound loop", "arithmetic loop"], table)
    phases = ("element kernel", "matrix assembly", "solver set-up", "linear solve", "all")
    for kind, quantity in (("strong", "speed-up"), ("weak", "efficiency")):
        own = [subject for subject in lookup.subjects if subject.startswith(kind)]
        table = [
            [
                subject,
                str(lookup.size(subject)),
                rounded(lookup.median(subject, "iterations")),
                seconds(lookup.median(subject, f"{WALL}, all")),
                *(rounded(lookup.median(subject, f"{quantity}, {phase}")) for phase in phases),
            ]
            for subject in own
        ]
        yield markdown([f"{kind}, {quantity}", "unknowns", "iterations", "wall s", *phases], table)


def _calculix(findings: Findings) -> Iterator[str]:
    yield "## Beside CalculiX"
    yield (
        "The same mesh, materials, supports and growth, exported by `platingx export` and run by `ccx` on one rank. "
        "Their time is that of the whole process; ours is that of the solve, or of the whole process from the start of "
        "Python on."
    )
    rows = []
    for row in findings.select("calculix"):
        value = seconds(row.median) if row.unit == "s" else rounded(row.median)
        unit = "" if row.unit == "1" else f" {row.unit}"
        rows.append([row.subject, str(row.size), row.quantity, value + unit])
    yield markdown(["", "unknowns", "", ""], rows)
