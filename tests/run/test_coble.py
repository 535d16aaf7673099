"""The Coble number: of a case before it runs, and of a run by its largest pressure."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.config.case import Case
from platingx.config.library import entry_heads, library_names, read_entry, transports_of
from platingx.config.loader import load_case
from platingx.config.transport import Transport
from platingx.constants import FARADAY
from platingx.materials.coble import diffusion_coefficient, estimated_coble, interface_transport, squeeze_pressure
from platingx.physics.model import build_model
from platingx.run.closing import closing_lines
from platingx.run.coble import CobleWatch
from platingx.run.coble_estimate import estimate_sentence
from platingx.run.meshing import load_mesh

CASES = Path(__file__).parents[2] / "cases"
VOLUME = 13.0e-6


def path_of(case: Case) -> Transport:
    name = interface_transport(case)
    assert name is not None
    return Transport.model_validate(name)


def test_heads_of_entries_are_what_the_files_say() -> None:
    """What is read of the top of each file, without parsing it, is what a parser finds there."""
    for kind in ("", "transport"):
        assert set(entry_heads(kind)) == set(library_names(kind))
        for name, head in entry_heads(kind).items():
            entry = read_entry(kind, name)
            assert dict(head) == {key: entry[key] for key in head}
            assert {"name", "title"} <= set(head)
    assert {head["of"] for head in entry_heads("transport").values()} == {"interface", "surface", "body", "host"}
    assert transports_of("interface", "Na") == ("na_incoherent_interface",)


def test_coefficient_is_that_of_the_library() -> None:
    """C of 2.0847e-29 m5/(N s) at 300 K: 0.2 nm, 2e-11 m2/s and 13.0 cm3 a mole."""
    case = load_case(CASES / "low_rate.yaml", [("temperature", "300 K")])
    transport = path_of(case)
    assert transport.base == "li_incoherent_interface"
    assert diffusion_coefficient(case, transport) == pytest.approx(2.0847e-29, rel=2e-5, abs=0.0)
    warmer = load_case(CASES / "low_rate.yaml", [("temperature", "328.15 K")])
    ratio = diffusion_coefficient(warmer, transport) / diffusion_coefficient(case, transport)
    assert ratio == pytest.approx(4.670e-11 / 2e-11 * 300 / 328.15, rel=1e-3)


def test_estimate_and_its_current() -> None:
    """Diffusion is linear in the current, flow is not: the number rises with it."""
    numbers = []
    for current in ("0.4 mA/cm^2", "4 mA/cm^2", "40 mA/cm^2"):
        record = estimated_coble(load_case(CASES / "low_rate.yaml", [("growth.current_density", current)]))
        assert record is not None
        numbers.append(record["coble_number"])
        speed = float(current.split()[0]) * 10.0 * VOLUME / FARADAY
        case = load_case(CASES / "low_rate.yaml")
        strip = speed * 145e-9**2 / (2.0 * diffusion_coefficient(case, path_of(case)))
        assert record["coble_pressure_Pa"] == pytest.approx(strip, rel=1e-4)
    assert numbers[0] < 0.1 < numbers[1] < 1.0 < numbers[2]
    assert estimated_coble(load_case(CASES / "eruption.yaml")) is None


def test_squeezed_layer_of_a_constant_strength() -> None:
    """Lubrication theory of page B07: k (q (2 + 1/m)/(2 (h/2)^(2 + 1/m)))^m L/(m + 1), k = S r0^-m/3^((1+m)/2)."""
    law = {"law": "norton", "reference_stress": "2 MPa", "reference_rate": "0.01 1/s", "stress_exponent": "5"}
    changes = [(f"materials.li.viscoplasticity.{key}", value) for key, value in law.items()]
    case = load_case(CASES / "low_rate.yaml", changes)
    m, speed, gap, length = 0.2, 5e-9, 1e-7, 5e-7
    k = 2e6 * 0.01**-m / 3 ** ((1 + m) / 2)
    right = k * (speed * length * (2 + 1 / m) / (2 * (gap / 2) ** (2 + 1 / m))) ** m * length / (m + 1)
    assert squeeze_pressure(case, speed, gap, length, False) == pytest.approx(right, rel=1e-12)


def watch(name: str) -> tuple[CobleWatch, Any]:
    model = build_model(
        load_case(CASES / f"{name}.yaml", [("geometry.mesh.refinement", "0.35")]),
        load_mesh(load_case(CASES / f"{name}.yaml", [("geometry.mesh.refinement", "0.35")]), MPI.COMM_SELF),
    )
    return CobleWatch(model), model


def test_number_of_a_run() -> None:
    """The way along pit and flat to the free side is 179 nm; the step of the largest pressure counts."""
    coble, model = watch("low_rate")
    assert coble.record() is None
    x = np.linspace(0.0, 40e-9, 20001)
    way = 105e-9 + np.hypot(np.diff(x), np.diff(-56.1e-9 * np.cos(np.pi * x / 80e-9) ** 2)).sum()
    case, speed = model.case, 40.0 * VOLUME / FARADAY
    for pressure in (4e6, 8e6, 6e6):
        extremes = {"max_pressure_li": SimpleNamespace(value=pressure)}
        coble.update(SimpleNamespace(time=pressure / 1e6, extremes=extremes, numbers={"deposition_rate": speed}))  # type: ignore[arg-type]
    record = coble.record()
    assert record is not None
    assert record["coble_pressure_Pa"] == pytest.approx(
        speed * way**2 / (2.0 * diffusion_coefficient(case, path_of(case))), rel=2e-3
    )
    assert (record["plastic_pressure_Pa"], record["time_s"]) == (8e6, 8.0)
    assert record["coble_number"] == record["coble_pressure_Pa"] / 8e6
    line = next(line for line in closing_lines({"diffusion": record}) if line.startswith("diffusion:"))
    assert "Coble number 0.5" in line
    assert "would rather diffuse" in line
    again = watch("low_rate")[0]
    again.restore(json.loads(json.dumps(coble.saved())))
    assert again.record() == record


def test_closed_gap_has_no_number() -> None:
    coble, _ = watch("eruption")
    extremes = {"max_pressure_li": SimpleNamespace(value=1e9)}
    coble.update(SimpleNamespace(time=1.0, extremes=extremes, numbers={"deposition_rate": 1e-6}))  # type: ignore[arg-type]
    record = coble.record()
    assert record is not None
    assert "coble_number" not in record
    assert "no free side" in record["sentence"]


def test_validate_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", str(CASES / "low_rate.yaml")]) == 0
    said = capsys.readouterr().out
    assert "left out; estimated for a flat layer" in said
    assert "Coble number 0.441, the metal would rather diffuse" in " ".join(said.split())
    assert estimate_sentence(load_case(CASES / "eruption.yaml")) is None


def test_validate_takes_the_diffusion_of_the_case() -> None:
    """A tenth of the diffusivity is ten times the pressure."""
    key = "interface_diffusion.paths.interface.diffusivity"
    own = load_case(CASES / "low_rate_diffusion.yaml")
    slow = load_case(CASES / "low_rate_diffusion.yaml", [(key, "2e-12 m^2/s")])
    first, second = estimated_coble(own), estimated_coble(slow)
    assert first is not None
    assert second is not None
    assert second["coble_number"] == pytest.approx(10.0 * first["coble_number"], rel=1e-9)
    sentence = estimate_sentence(own)
    assert sentence is not None
    assert sentence.startswith("included; estimated for a flat layer")


def test_island_in_space_is_a_disc_over_a_round_pit() -> None:
    """Half of the pressure of a strip as long as its radius."""
    disc, strip = (
        estimated_coble(load_case(CASES / "low_rate_3d.yaml", changes))
        for changes in ([], [("geometry.form", "groove"), ("geometry.mesh.cell", "hexahedron")])
    )
    assert disc is not None
    assert strip is not None
    assert disc["coble_pressure_Pa"] == pytest.approx(0.5 * strip["coble_pressure_Pa"], rel=1e-12)
