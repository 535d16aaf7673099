"""Hypothesis strategies for cases over the whole schema, on coarse meshes, as a case file would hold them."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from platingx.config.library import load_material, material_names

FARADAY = 96485.33212
Draw = st.DrawFn
MOLAR_VOLUME = 13.0e-6  # m3/mol, of a metal whose own is not known


def powers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers spread over orders of magnitude."""
    return st.floats(math.log10(low), math.log10(high)).map(lambda power: float(f"{10**power:.6g}"))


def length(value: float) -> str:
    return f"{value!r} m"


@st.composite
def geometries(draw: Draw) -> dict[str, Any]:
    """A plate of 20 nm to 2 mm with a pit, a layer and a collector, on at most some hundred elements."""
    width = draw(powers(2e-8, 2e-3))
    depth = width * draw(st.floats(0.3, 4.0))
    pit_width = width * draw(st.floats(0.02, 0.75))
    pit_depth = min(pit_width * draw(st.floats(0.1, 2.5)), 0.75 * depth)
    pit: dict[str, Any] = {"depth": length(pit_depth), "half_width": length(pit_width)}
    pit["profile"] = draw(st.sampled_from(["cosine_squared", "semi_ellipse", "rounded_v"]))
    if pit["profile"] == "rounded_v":
        widest = min(pit_width, (pit_depth**2 + pit_width**2) / (2 * pit_depth))
        pit["tip_radius"] = length(widest * draw(st.floats(0.05, 0.95)))
    layer: dict[str, Any] = {"thickness": length(width * draw(st.floats(0.02, 1.0)))}
    if draw(st.booleans()):
        spare = width - pit_width
        half = pit_width + spare * draw(st.floats(0.2, 0.85))
        layer |= {"extent": "island", "half_length": length(half)}
        if draw(st.booleans()):
            layer["meniscus_depth"] = length((half - pit_width) * draw(st.floats(0.0, 0.9)))
    collector: dict[str, Any] = {"shape": draw(st.sampled_from(["flat", "arc"]))}
    if collector["shape"] == "arc":
        collector["radius"] = length(width * draw(st.floats(1.01, 20.0)))
    return {
        "builder": "surface_pit",
        "symmetry": draw(st.sampled_from(["plane_strain", "axisymmetric"])),
        "electrolyte": {"half_width": length(width), "depth": length(depth)},
        "pit": pit,
        "interlayer": layer,
        "collector": collector,
        "mesh": {
            "refinement": draw(st.floats(0.1, 0.25)),
            "layers": draw(st.integers(2, 12)),
            "tip_fraction": draw(st.floats(0.1, 1.0)),
            "growth_ratio": draw(st.floats(1.2, 1.99)),
            "cell": draw(st.sampled_from(["quadrilateral", "triangle"])),
        },
    }


def viscoplastic_laws() -> st.SearchStrategy[dict[str, Any]]:
    """Every law, with parameters over orders of magnitude."""
    pressure = powers(1e4, 1e9).map(lambda value: f"{value!r} Pa")
    rate = powers(1e-8, 1e5).map(lambda value: f"{value!r} 1/s")
    energy = powers(1e3, 1e5).map(lambda value: f"{value!r} J/mol")
    size = st.fixed_dictionaries(
        {"diameter": powers(1e-8, 1e-4).map(length), "reference_diameter": powers(1e-8, 1e-4).map(length)}
    )
    hardening = {
        "initial_flow_resistance": pressure,
        "hardening_modulus": pressure,
        "saturation_resistance": pressure,
        "hardening_exponent": st.floats(0.5, 3.0),
        "rate_sensitivity": st.floats(0.02, 1.0),
    }
    norton = {
        "law": st.just("norton"),
        "reference_rate": rate,
        "reference_stress": pressure,
        "stress_exponent": st.floats(1.0, 20.0),
        "activation_energy": energy,
    }
    narayan = {"law": st.just("narayan_anand_2018"), "reference_rate": rate, **hardening}
    anand = {
        "law": st.just("anand_narayan_2019"),
        "pre_exponential_rate": rate,
        "activation_energy": energy,
        "saturation_exponent": st.floats(0.001, 0.5),
        **hardening,
    }
    with_size = [st.fixed_dictionaries(law, optional={"size_effect": size}) for law in (norton, narayan, anand)]
    return st.one_of(st.just({"law": "none"}), *with_size)


@st.composite
def materials(draw: Draw, growing: bool) -> dict[str, Any] | str:
    """A material of the library, with some values over it."""
    name = draw(st.sampled_from(material_names()))
    known = load_material(name)
    material: dict[str, Any] = {"base": name}
    for path, value in known.values():
        if value.value is None:  # asked for by the loader
            block, _, key = path.rpartition(".")
            (material.setdefault(block, {}) if block else material)[key] = draw(_unknown(key))
    if growing and known.molar_volume is None:
        material["molar_volume"] = f"{MOLAR_VOLUME!r} m^3/mol"
    if draw(st.booleans()):
        material["viscoplasticity"] = draw(viscoplastic_laws())
    if draw(st.integers(0, 2)) == 0:
        material["elasticity"] = draw(elasticities())
    return material if len(material) > 1 else name


def _unknown(key: str) -> st.SearchStrategy[Any]:
    if key == "poisson_ratio":
        return st.floats(0.0, 0.45)
    if key in ("young_modulus",):
        return powers(1e8, 1e12).map(lambda value: f"{value!r} Pa")
    return st.just("1 MPa")


@st.composite
def elasticities(draw: Draw) -> dict[str, Any]:
    block: dict[str, Any] = {
        "young_modulus": f"{draw(powers(1e8, 1e12))!r} Pa",
        "poisson_ratio": draw(st.floats(-0.5, 0.495)),
        "pressure_law": draw(st.sampled_from(["hencky_kirchhoff", "hencky_cauchy", "murnaghan"])),
    }
    if block["pressure_law"] == "murnaghan":
        block["bulk_modulus_derivative"] = draw(st.floats(0.1, 8.0))
    return block


@st.composite
def programs(draw: Draw, mean: float, end: float) -> Any:
    """Current densities whose charge is that of a mean current density (A/m2) over a time (s)."""
    kind = draw(st.sampled_from(["constant", "ramp", "pulse", "long"]))
    if kind == "constant":
        return f"{mean!r} A/m^2"
    rows = {
        "ramp": [(0.0, 0.0), (end, 2 * mean)],
        "pulse": [(0.0, mean), (0.4 * end, mean), (0.41 * end, -0.5 * mean), (end, 2 * mean)],
        "long": [(0.0, mean), (100 * end, 0.0)],
    }[kind]
    return {"table": [[f"{time!r} s", f"{value!r} A/m^2"] for time, value in rows]}


@st.composite
def growths(draw: Draw, thickness: float, end: float) -> dict[str, Any]:
    shares = st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3).filter(lambda found: sum(found) > 0.1)
    custom = shares.map(lambda found: {"alpha": [found[0] / sum(found), found[1] / sum(found), found[2] / sum(found)]})
    vector = st.floats(0.0, 2 * math.pi).map(lambda angle: {"vector": [math.cos(angle), math.sin(angle)]})
    stretch = draw(st.one_of(st.floats(1e-6, 0.2), st.floats(0.2, 2.0), st.floats(-0.5, -1e-6)))
    mean = float(f"{stretch * thickness * FARADAY / MOLAR_VOLUME / end:.6g}")
    return {
        "region": "li",
        "mode": draw(st.one_of(st.sampled_from(["fibre", "areal", "isotropic"]), custom)),
        "direction": draw(st.one_of(st.just("between_faces"), vector)),
        "thickness": draw(st.one_of(st.just("mean"), st.just(length(thickness)))),
        "current_density": draw(programs(mean, end)),
    }


@st.composite
def times(draw: Draw, end: float) -> dict[str, Any]:
    """Two steps, if none has to be cut."""
    block: dict[str, Any] = {
        "end": f"{end!r} s",
        "initial_step": f"{end / 2!r} s",
        "maximum_step": f"{end / 2!r} s",
        "minimum_step": f"{end / draw(st.sampled_from([2, 4, 8]))!r} s",
        "maximum_growth_increment": draw(st.sampled_from([0.05, 1.0, 10.0])),
        "maximum_plastic_increment": draw(powers(0.01, 10.0)),
    }
    if draw(st.booleans()):
        block["milestones"] = [f"{end / 2!r} s"]
    return block


def solvers() -> st.SearchStrategy[dict[str, Any]]:
    """Tolerances, iterations and PETSc options, some of which PETSc does not know."""
    newton = {
        "relative_tolerance": powers(1e-12, 0.5),
        "maximum_iterations": st.integers(1, 25),
        "line_search": st.sampled_from(["none", "backtracking"]),
    }
    options = [
        {"ksp_type": "gmres"},
        {"ksp_type": "nonsense"},
        {"pc_type": "nonsense"},
        {"ksp_rtol": "many"},
        {"ksp_max_it": 1, "ksp_type": "cg", "pc_type": "none"},
        {"no_such_option": 1},
        {"ksp_type": "fgmres", "ksp_rtol": 1e-9, "ksp_max_it": 50},
    ]
    return st.fixed_dictionaries(
        {"newton": st.fixed_dictionaries({}, optional=newton)},
        optional={"petsc_options": st.sampled_from(options), "preset": st.sampled_from(["direct", "repeatable"])},
    )


@st.composite
def cases(draw: Draw) -> dict[str, Any]:
    """A case that the schema allows."""
    geometry = draw(geometries())
    end = draw(powers(1e-6, 1e6))
    island = geometry["interlayer"].get("extent") == "island"
    sides = ["free"] if island else ["free", "roller", "wall"]
    output: dict[str, Any] = {"figures": False, "fields_every": draw(st.sampled_from([1, "milestones"]))}
    if draw(st.booleans()):
        output["checkpoint"] = {"every_steps": 1}
    return {
        "name": "fuzz",
        "geometry": geometry,
        "materials": {"li": draw(materials(growing=True)), "llzo": draw(materials(growing=False))},
        "temperature": f"{draw(st.floats(200.0, 440.0))!r} K",
        "growth": draw(growths(float(geometry["interlayer"]["thickness"].split()[0]), end)),
        "constraints": {
            "collector": draw(st.sampled_from(["rigid", "free"])),
            "metal_side": draw(st.sampled_from(sides)),
            "electrolyte_side": draw(st.sampled_from(["free", "roller", "clamped"])),
            "electrolyte_bottom": draw(st.sampled_from(["roller", "clamped"])),
        },
        "time": draw(times(end)),
        "solver": draw(solvers()),
        "output": output,
    }
