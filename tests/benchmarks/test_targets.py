"""What would hurt most if lost: the table of targets says met only where the figure is within what was asked."""

import pytest

from platingx_benchmarks.measurement import Collector, Row
from platingx_benchmarks.page_targets import TARGETS, target_section
from platingx_benchmarks.records import Findings

PHASES = ("start-up", "compile", "mesh", "model set-up", "other", "element kernel", "linear solve")


def findings(*rows: Row) -> Findings:
    return Findings({}, False, "2026-11-21", rows)


def answers(given: Findings) -> dict[str, list[str]]:
    """Cells of the table by target."""
    table = "\n\n".join(target_section(given)).split("\n\n")[2]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {cells[0]: cells[1:] for cells in lines}


def case(name: str, cpu: float, stretch: float) -> list[Row]:
    collector = Collector("cases", 1)
    for quantity in ("whole", "after set-up"):
        collector.add(name, 100, f"CPU time, {quantity}", "s", [cpu])
    for phase in PHASES:
        collector.add(name, 100, f"CPU time, {phase}", "s", [cpu / len(PHASES)])
        collector.add(name, 100, f"wall time, {phase}", "s", [cpu / len(PHASES)])
    collector.add(name, 100, "wall time, start to first step", "s", [cpu])
    collector.add(name, 100, "growth stretch reached", "1", [stretch])
    for quantity in ("steps", "Newton iterations", "Krylov iterations"):
        collector.add(name, 100, quantity, "1", [10])
    return collector.rows


def sizes(state: str, iterations: tuple[float, float], cost: tuple[float, float], memory: float) -> list[Row]:
    collector = Collector("ranks", 2)
    subject, each = f"pit, {state}, iterative, 2 ranks", "wall time of an unknown, a Newton iteration"
    for size, number, time in zip((52_000, 990_000), iterations, cost, strict=True):
        collector.add(subject, size, "iterations", "1", [number])
        collector.add(subject, size, "iterations in Newton's method", "1", [number])
        for quantity in (each, f"{each}, element kernel", f"{each}, linear solve"):
            collector.add(subject, size, quantity, "us", [time])
        collector.add(subject, size, "memory high-water", "B", [memory * size / 990_000])
        collector.add(subject, size, "memory of an unknown", "B", [memory / 990_000])
    return collector.rows


def test_nothing_measured() -> None:
    told = answers(findings())
    assert len(told) == len(TARGETS)
    assert all(cells[1:] == ["not measured", "", ""] for cells in told.values())


@pytest.mark.parametrize(
    ("cpu", "stretch", "met"), [(7.1, 1.568, "yes"), (7.3, 1.568, "**no**"), (1.0, 1.36, "**no**")]
)
def test_a_run_must_be_fast_and_get_to_the_end(cpu: float, stretch: float, met: str) -> None:
    cells = answers(findings(*case("confined_pit_3d, 11k", cpu, stretch)))["creeping pit in 3D, 11k unknowns, to 1.568"]
    assert cells[2] == met
    assert f"{cpu:g} s to {stretch:.3f}" in cells[1]
    assert cells[3].count("14 %") == 3  # the largest of seven equal parts


def test_a_slow_run_meets_a_target_without_limit() -> None:
    told = answers(findings(*case("open_pit", 500.0, 1.568), *case("closed_pit", 500.0, 1.568)))
    assert told["open pit in the plane"][2] == "yes"
    assert told["closed pit in the plane, to 1.568"][2] == "**no**"


def test_growth_and_memory() -> None:
    rows = [*sizes("elastic", (20.0, 29.0), (10.0, 16.0), 8e9), *sizes("flowing", (20.0, 31.0), (10.0, 14.0), 18e9)]
    told = answers(findings(*rows))
    assert told["iterations of a solve, 50k to 1M, elastic"][1:3] == ["x 1.45: 20 at 52,000, 29 at 990,000", "yes"]
    assert told["iterations of a solve, 50k to 1M, flowing"][2] == "**no**"
    assert told["time of an unknown and Newton iteration, 50k to 1M, elastic"][2] == "**no**"
    assert told["time of an unknown and Newton iteration, 50k to 1M, flowing"][2] == "yes"
    assert told["1M unknowns on 2 ranks, a few steps"][2] == "**no**"
    assert "16.76 GiB" in told["1M unknowns on 2 ranks, a few steps"][1]


def test_a_size_far_from_the_wanted_one_does_not_count() -> None:
    rows = [row for row in sizes("elastic", (20.0, 29.0), (10.0, 16.0), 8e9) if row.size < 100_000]
    assert answers(findings(*rows))["iterations of a solve, 50k to 1M, elastic"][1] == "not measured"


def test_tiny_sizes_meet_nothing() -> None:
    quick = Findings({}, True, "2026-11-21", tuple(case("closed_pit", 1.0, 1.568)))
    assert {cells[1] for cells in answers(quick).values()} == {"not measured"}


@pytest.mark.parametrize("size", [300_000, 50_000])
def test_speed_up_stands_beside_the_loops(size: int) -> None:
    collector = Collector("ranks", 2)
    subject, phases = "strong, flowing, 2 ranks", ("element kernel", "matrix assembly", "solver set-up", "linear solve")
    for phase in (*phases, "all"):
        collector.add(subject, size, f"speed-up, {phase}", "1", [1.2 if phase == "linear solve" else 1.6])
    collector.add("2 ranks", 0, "speed-up, memory-bound reference", "1", [1.1])
    collector.add("2 ranks", 0, "speed-up, arithmetic reference", "1", [2.0])
    cells = answers(findings(*collector.rows))["2 ranks against 1 at 300k unknowns, a Newton iteration"]
    if size == 50_000:
        assert cells[1] == "not measured"
        return
    assert cells[1:3] == ["x 1.6 at 300,000 unknowns", "**no**"]
    assert cells[3] == "least in linear solve (1.2); a memory-bound loop gains 1.1, a compute-bound one 2"


@pytest.mark.parametrize(("face", "layer", "met"), [(3.9, 4.0, "yes"), (0.9, 4.1, "**no**"), (4.1, 1.5, "**no**")])
def test_diffusion_costs_at_most_four_times(face: float, layer: float, met: str) -> None:
    rows = [*case("low_rate", 1.0, 1.2), *case("low_rate_diffusion", face, 1.0)]
    cells = answers(findings(*rows, *case("low_rate_diffusion, layer", layer, 1.1)))[
        "diffusion along the interface of low_rate"
    ]
    assert cells[1].startswith(f"x {face:g} at the face, x {layer:g}")
    assert cells[2] == met


@pytest.mark.parametrize(("time", "met"), [(4.9, "yes"), (5.1, "**no**")])
def test_a_tubule_takes_seconds(time: float, met: str) -> None:
    collector = Collector("tubules", 1)
    collector.add("tubule", 100, "CPU time", "s", [time])
    cells = answers(findings(*collector.rows))["tubule of 100 cycles, start-up included"]
    assert cells[1:3] == [f"{time:g} s for 100 cycles", met]
