"""What would hurt most if lost: the sums of Chen et al. 2020 and the closed forms of a tubule give their numbers."""

import math

import numpy as np
import pytest

from platingx.config.library import load_transport, transport_names
from platingx.config.materials import Material
from platingx.config.transport import Transport
from platingx.constants import AVOGADRO
from platingx.materials.creep_map import MECHANISMS, creep_rates, has_steady_rate, steady_rate
from platingx.materials.interface_transport import (
    arrhenius,
    flux_coefficient,
    pressure_per_volt,
    surface_diffusivity,
)
from platingx.materials.mixed_conductor import conductivity, interface_conductivity, required_conductivity
from platingx.materials.porous_host import capacity_per_mass, capacity_per_volume, porosity_for
from platingx.materials.tubule import Conductances, TubuleShape, bending_stress, hoop_stress
from platingx.units import parse

OMEGA = 21.6e-30  # m3, Chen et al. 2020
LAW = Material.model_validate("lithium_anand_narayan_2019").viscoplasticity
VOLUME = 13.0e-6 / AVOGADRO


def test_flux_coefficient_and_pressure_of_a_volt() -> None:
    assert flux_coefficient(2e-11, 2e-10, OMEGA, 300.0) == pytest.approx(2.0860e-29, rel=1e-4, abs=0.0)
    assert pressure_per_volt(OMEGA) == pytest.approx(7417.5e6, rel=1e-5)


@pytest.mark.parametrize(("metal", "name"), [("lithium_anand_narayan_2019", "li_surface"), ("sodium", "na_surface")])
def test_library_surfaces_are_those_of_the_rule(metal: str, name: str) -> None:
    """Value and activation energy of the library are those of Eq. 4, at any temperature."""
    melting = float(Material.model_validate(metal).melting_temperature or 0.0)
    entry = Transport.model_validate(name)
    for temperature in (270.0, 300.0, 350.0):
        value = arrhenius(entry.diffusivity, entry.activation_energy, entry.reference_temperature, temperature)
        assert value == pytest.approx(surface_diffusivity(melting, temperature), rel=1e-4, abs=0.0)


def test_every_entry_of_diffusion_has_the_units_of_its_kind() -> None:
    for name in transport_names():
        entry = load_transport(name)
        assert entry.name == name
        assert (entry.width is not None) == (entry.of in ("interface", "surface"))
        assert (entry.concentration is not None) == (entry.of == "host")
        assert parse(str(entry.diffusivity.value), "diffusivity") > 0.0


def test_mixed_conductors_in_three_readings() -> None:
    """LiC6 with the smaller diffusivity, walls of 10 nm: mS/cm by Eqs. 1 to 3."""
    assert required_conductivity(30.0, 0.05, 20e-6) == pytest.approx(0.012)
    bulk = conductivity(1.65e28, 1e-12, 300.0)
    faces = [interface_conductivity(density, 2e-11, 2e-10, 10e-9, 300.0) for density in (1.65e28, 1.0 / OMEGA)]
    assert 10.0 * bulk == pytest.approx(1.0226, rel=1e-4)
    assert [10.0 * (bulk + face) for face in faces] == pytest.approx([1.841, 3.318], rel=3e-4)


@pytest.mark.parametrize("packing", ["square", "hexagonal", "round_square", "round_hexagonal"])
def test_porosity_is_that_of_the_cell(packing: str) -> None:
    """Bore and wall fill the cell of the array; of polygons the perimeter is four sections over the width."""
    shape = TubuleShape(20e-6, 100e-9, 10e-9, packing)  # type: ignore[arg-type]
    pitch, bore = 110e-9, 100e-9
    cell = pitch**2 * (math.sqrt(3.0) / 2.0 if packing.endswith("hexagonal") else 1.0)
    sections = {
        "square": bore**2,
        "hexagonal": bore**2 * math.sqrt(3.0) / 2.0,
        "round_square": math.pi / 4.0 * bore**2,
        "round_hexagonal": math.pi / 4.0 * bore**2,
    }
    section = sections[packing]
    perimeters = {"square": 4.0 * bore, "hexagonal": 2.0 * math.sqrt(3.0) * bore}
    perimeter = perimeters.get(packing, math.pi * bore)
    assert shape.porosity == pytest.approx(section / cell)
    assert shape.hydraulic_length == pytest.approx(section / perimeter, rel=1e-12, abs=0.0)
    assert shape.wall_per_perimeter == pytest.approx((cell - section) / perimeter, rel=1e-12, abs=0.0)


def test_resistances_add_up_and_a_missing_path_blocks() -> None:
    flows = Conductances(2.0, 1.0, 5.0)
    assert flows.resistance(6.0, 12.0) == pytest.approx(6.0 / 3.0 + 12.0 / 6.0)
    assert Conductances(0.0, 0.0, 5.0).resistance(1e-30, 1.0) == math.inf
    assert Conductances(0.0, 0.0, 5.0).resistance(0.0, 10.0) == 2.0
    assert Conductances(2.0, 0.0, 0.0).resistance(1.0, 1e-30) == math.inf


def test_stresses_of_walls() -> None:
    assert hoop_stress(1.0, 50.0, 60.0) == pytest.approx(5.5455, rel=1e-5)
    assert hoop_stress(1.0, 50.0, 70.0) == pytest.approx(3.0833, rel=2e-5)
    assert [bending_stress(1.0, 100.0, 10.0, ends) for ends in ("clamped", "supported")] == pytest.approx([50.0, 75.0])  # type: ignore[arg-type]
    assert bending_stress(-1.0, 100.0, 20.0) == pytest.approx(12.5)


def test_capacities() -> None:
    lithium = (13.0e-6, 534.0, 2000.0)
    assert capacity_per_volume(0.8264, 13.0e-6) / 3.6e6 == pytest.approx(1704.0, rel=1e-3)
    assert capacity_per_mass(0.8264, *lithium) / 3.6e3 == pytest.approx(2161.0, rel=1e-3)
    assert porosity_for(900.0 * 3.6e3, *lithium) == pytest.approx(0.5324, rel=1e-3)
    for porosity in (0.1, 0.5, 0.9):
        assert porosity_for(capacity_per_mass(porosity, *lithium), *lithium) == pytest.approx(porosity)


def test_creep_by_diffusion() -> None:
    """At 1 MPa and 298.15 K: both mechanisms over the size, equal where d = pi delta D/Dv."""
    size = np.array([0.1e-6, 1e-6, 10e-6, math.pi * 1e-6])
    rates = creep_rates(1e6, size, 298.15, VOLUME, 4e-15, 4e-21)
    np.testing.assert_allclose(rates.bulk[:3], [2.938e-2, 2.938e-4, 2.938e-6], rtol=1e-3)
    np.testing.assert_allclose(rates.interface[:3], [0.9232, 9.232e-4, 9.232e-7], rtol=1e-3)
    assert rates.bulk[3] == pytest.approx(rates.interface[3])
    assert [MECHANISMS[k] for k in rates.largest[:3]] == [
        "interface diffusion",
        "interface diffusion",
        "bulk diffusion",
    ]


@pytest.mark.parametrize(("stress", "size"), [(0.1, 83.5), (0.3, 10.39), (1.0, 1.456), (3.0, 0.3057), (10.0, 0.0599)])
def test_where_diffusion_and_dislocations_are_equal(stress: float, size: float) -> None:
    """Sizes (um) at which the flow law creeps as fast as both diffusions together; stress in MPa."""
    rates = creep_rates(stress * 1e6, size * 1e-6, 298.15, VOLUME, 4e-15, 4e-21, LAW)
    assert float(rates.diffusional) == pytest.approx(float(rates.dislocations), rel=3e-3)


def test_steady_rates_of_the_laws() -> None:
    """Those of the flow laws where they no longer harden: the stress of a steady rate gives that rate."""
    norton = Material.model_validate("sodium").viscoplasticity
    assert float(steady_rate(norton, 0.235e6, 298.15)) == pytest.approx(1e-3)
    older = Material.model_validate("lithium_narayan_anand_2018").viscoplasticity
    assert float(steady_rate(older, 8e6, 298.15)) == pytest.approx(0.05)
    rate = float(steady_rate(LAW, 1e6, 298.15))
    assert rate == pytest.approx(4.25e4 * math.exp(-37e3 / (8.314462618 * 298.15)) * 0.5**5)
    none = Material.model_validate("llzo").viscoplasticity
    assert float(steady_rate(none, 1e6, 300.0)) == 0.0
    assert not has_steady_rate(none)
