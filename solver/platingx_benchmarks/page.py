"""The page docs/performance.md: fixed sentences around tables that come from bench.json."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platingx.profiling import OTHER, START_UP
from platingx.verification.files import write_file
from platingx_benchmarks import studies
from platingx_benchmarks.cases import STRETCH
from platingx_benchmarks.measurement import CPU, WALL
from platingx_benchmarks.page_charts import chart_links, charts
from platingx_benchmarks.page_limits import limits
from platingx_benchmarks.page_scaling import calculix_section, notes_of, ranks_section, solve_section
from platingx_benchmarks.page_tables import Lookup, markdown, percent, rounded, seconds, thousands
from platingx_benchmarks.page_targets import target_section
from platingx_benchmarks.records import CSV_FILE, Findings, commit_of, read_findings

__all__ = ["PAGE", "page", "write_page"]

PAGE = "performance.md"
GIGA = 1e9
PUBLISH = """## Publish your machine

In an environment with the MPI of the cluster, as many ranks as the job has tasks:

```bash
#SBATCH --nodes=1 --ntasks=64 --cpus-per-task=1 --time=01:00:00
srun platingx bench solve ranks --size 1e6 --size 4e6 --size-of-a-rank 1e5 --out mymachine
platingx bench --report mymachine --out mymachine
```

The second command makes this page of it, with its pictures. Send `bench.csv` along: it has processor, memory,
versions, commit and load in every line. `--size` are unknowns of the bodies that are solved; the largest one is that of
the strong scaling. An interrupted run keeps what it has, and says so ([more](cluster.md#measuring))."""
PHASES = (
    "element kernel", "line search", "matrix assembly", "solver set-up", "linear solve", "snapshots", "balances",
    "flaws", "fields", "history", "checkpoints", OTHER,
)  # fmt: skip
SET_UP_PHASES = (START_UP, "compile", "mesh", "model set-up")


def write_page(folder: Path, out: Path) -> list[Path]:
    """Write the page about the findings in a folder, and its charts. Serial.

    Raises
    ------
    OutputError
        If there are no findings, or the page cannot be written.
    """
    findings = read_findings(folder)
    drawn = [write_file(out / name, content) for name, content in charts(findings).items()]
    return [write_file(out / PAGE, page(findings)), *drawn]


def page(findings: Findings) -> str:
    """Text of the page, with a section for each benchmark that was run."""
    sections = {
        "machine": _machine,
        "cases": _cases,
        "kernel": _kernel,
        "assembly": _assembly,
        "solve": solve_section,
        "studies": _studies,
        "ranks": ranks_section,
        "calculix": calculix_section,
    }
    blocks = [_head(findings), "\n\n".join(target_section(findings))]
    for name, section in sections.items():
        if findings.select(name):
            blocks.append("\n\n".join([*section(findings), *chart_links(findings, name)]))
    limited = limits(findings)
    if limited:
        blocks.append("## What limits it\n\n" + "\n".join(f"- {sentence}" for sentence in limited))
    if findings.failures:
        failed = (f"- {name}: {text.splitlines()[0]}" for name, text in findings.failures.items())
        blocks.append("## What failed\n\n" + "\n".join(failed))
    blocks.append(PUBLISH)
    return "\n\n".join(blocks) + "\n"


def _head(findings: Findings) -> str:
    warning = ""
    if findings.quick:
        warning = "\n\n**Measured with `--quick`: the sizes are tiny, and the times mean nothing.**"
    if findings.unfinished or findings.failures:
        names = ", ".join(dict.fromkeys([*findings.unfinished, *findings.failures]))
        warning += f"\n\n**Incomplete: {names} did not get to the end. What was measured until then stands here.**"
    return f"""# Performance

Made by `platingx bench --out DIR` and `platingx bench --report DIR --out docs`; no number is written by hand except the
targets and the reference figures. `{CSV_FILE}` in DIR has all rows, with the smallest and largest of the repeats and
the facts of the machine. Numbers here are medians. Ratios are taken of medians of one run of the command. Times are
processor times, summed over ranks, unless they are called wall times.{warning}"""


def _machine(findings: Findings) -> Iterator[str]:
    facts, lookup = findings.machine, Lookup(findings.select("machine"))
    packages, machine = facts["packages"], facts["machine"]
    yield "## The machine"
    minutes = ", ".join(f"{name} {time / 60:.1f} min" for name, time in findings.durations.items())
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
        ("duration", minutes),
    ]
    yield markdown(["", ""], rows)
    yield (
        "Two loops bound what any code can do here: the triad of STREAM, on arrays much larger than the caches, and "
        "multiplications and additions on numbers that stay in the first cache, vectorised but not fused: "
        "the arithmetic loop of the section on ranks. The bounds of the kernels have faster, fused ones."
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
    by_commit: dict[str, list[str]] = {}
    for name, commit in findings.sources.items():
        by_commit.setdefault(commit, []).append(name)
    commits = "; ".join(f"{commit} for {', '.join(names)}" for commit, names in by_commit.items())
    if len(by_commit) < 2:
        commits = commit_of(facts)
    names = ("dolfinx", "petsc", "numpy", "numba", "scipy")
    others = [f"{name} {facts['packages'][name]}" for name in names if name in facts["packages"]]
    own = f"platingx {facts['platingx']}" + (f" ({commits})" if commits else "")
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
            thousands(lookup.size(subject)),
            f"{lookup.median(subject, STRETCH):.3f}",
            *(rounded(lookup.median(subject, name)) for name in ("steps", "Newton iterations", "Krylov iterations")),
            *(seconds(lookup.median(subject, f"{CPU}, {name}")) for name in ("whole", "after set-up")),
            seconds(lookup.median(subject, f"{WALL}, start to first step")),
            _maybe(lookup, subject, "CPU time of an unknown and Newton iteration"),
        ]
        for subject in lookup.subjects
    ]
    yield markdown(
        ["case", "unknowns", "stretch", "steps", "Newton it.", "Krylov it.", "CPU s", "after set-up",
         "wall s to first step", "us per unknown and Newton it."], whole,
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
    yield from notes_of(findings, "cases")


def _maybe(lookup: Lookup, subject: str, quantity: str) -> str:
    row = lookup.find(subject, quantity)
    return "" if row is None else rounded(row.median)


def _kernel(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("kernel"))
    yield "## The kernels"
    yield (
        "Time of a quadrature point: the element kernel (stress, tangent, element matrix, condensation) and the "
        "constitutive update within it. Two bounds stand beside it: the state of the point read and written at the "
        "measured bandwidth, and its operations (`platingx_benchmarks/operations.py`) at measured rates: sums and "
        "products as fused multiply-adds, divisions and roots, elementary functions (`platingx_benchmarks/rates.py`)."
        " The last column has all arrays of the kernel, the element matrices too, moved."
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


def _studies(findings: Findings) -> Iterator[str]:
    lookup = Lookup(findings.select("studies"))
    yield "## The driver of a study"
    yield (
        "Time that a study costs for each point beside the run itself, with a worker that computes nothing: processor "
        "time of the driver in us, and wall time, which has the worker's files in it."
    )
    rows = [
        [subject, *(_both(lookup, subject, f"of a point, {name}") for name in studies.PARTS)]
        for subject in lookup.subjects
    ]
    yield markdown(["processor (wall), us a point", *studies.PARTS.values()], rows)


def _both(lookup: Lookup, subject: str, quantity: str) -> str:
    cpu, wall = (lookup.median(subject, f"{kind} {quantity}") for kind in (CPU, WALL))
    return f"{rounded(cpu)} ({rounded(wall)})"
