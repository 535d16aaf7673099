"""What would hurt most if lost: a deck describes the case it was made of: mesh, names, numbers, growth and supports.

Decks are read back by the Abaqus reader of the mesh package and, for what is no mesh, by a small parser of their own.
"""

from pathlib import Path

import numpy as np
import pytest

from platingx.cli.main import execute
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.config.materials import Material
from platingx.errors import CaseError
from platingx.exchange.calculix import calculix_deck
from platingx.exchange.calculix_deck import Deck, DeckMaterial, DeckStep
from platingx.exchange.calculix_elements import calculix_cells, element_type, faces_of
from platingx.exchange.calculix_laws import growth_expansion, norton_creep
from platingx.materials import layout
from platingx.materials.parameters import parameter_vector
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.named_groups import read_mesh
from platingx_meshes.simple import Box, build_box

CASES = Path(__file__).parents[2] / "cases"
COARSE = {"geometry.mesh.refinement": "0.3", "geometry.mesh.layers": "4"}
UM = 1e-6


def case(name: str = "eruption", **changed: str) -> Case:
    return load_case(CASES / f"{name}.yaml", [*(COARSE | changed).items()])


def blocks(text: str) -> list[tuple[str, dict[str, str], list[list[str]]]]:
    """Keyword, options and rows of every block of a deck."""
    found: list[tuple[str, dict[str, str], list[list[str]]]] = []
    for line in text.splitlines():
        assert len(line) <= 132, "CalculiX has limits"
        pieces = [piece.strip() for piece in line.split(",")]
        limits = ((piece, 80 if piece[:1].isalpha() else 20) for piece in pieces)  # of a name, of a number
        assert all(len(piece) <= limit for piece, limit in limits) or line.startswith("*"), line
        if line.startswith("**"):
            continue
        if line.startswith("*"):
            options = dict(piece.split("=", 1) if "=" in piece else (piece, "") for piece in pieces[1:])
            found.append((pieces[0][1:], {key.strip(): value.strip() for key, value in options.items()}, []))
        else:
            found[-1][2].append(pieces)
    return found


def only(deck: Deck, keyword: str, **options: str) -> list[list[str]]:
    """Rows of the one block with a keyword and some options."""
    (rows,) = (
        rows for word, given, rows in blocks(deck.text()) if word == keyword and options.items() <= given.items()
    )
    return rows


def numbers(rows: list[list[str]]) -> set[int]:
    return {int(text) for row in rows for text in row}


# --- the mesh


def plain(data: MeshData, symmetry: str = "plane_strain") -> Deck:
    materials = {name: DeckMaterial(1e9, 0.3) for name in data.region_names}
    return Deck("mesh", (), data, symmetry, materials, (), DeckStep(1, 1, 1, 1))


@pytest.mark.parametrize(
    ("data", "symmetry", "element"),
    [
        (build_box(Box(2 * UM, UM, 3, 2, interface_height=0.5 * UM)), "plane_strain", "CPE8"),
        (build_box(Box(2 * UM, UM, 3, 2, interface_height=0.5 * UM)), "axisymmetric", "CAX8"),
        (build_box(Box(2 * UM, UM, 3, 2, interface_height=0.5 * UM, cell="triangle")), "plane_strain", "CPE6"),
        (build_box(Box(2 * UM, UM, 3, 2, interface_height=0.5 * UM, cell="triangle")), "axisymmetric", "CAX6"),
        (build_block3d(Block3D(2 * UM, UM, UM, 2, 1, 2, interface_height=0.5 * UM)), "three_dimensional", "C3D20"),
        (
            build_block3d(Block3D(2 * UM, UM, UM, 2, 1, 2, interface_height=0.5 * UM, cell="tetrahedron")),
            "three_dimensional",
            "C3D10",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_mesh_reads_back(data: MeshData, symmetry: str, element: str, tmp_path: Path) -> None:
    """Same regions, boundaries, node places and node order: a wrong order would give other areas or inverted cells."""
    path = tmp_path / "mesh.inp"
    path.write_text(plain(data, symmetry).text())
    assert f"*ELEMENT, TYPE={element}, ELSET=li" in path.read_text()
    back = read_mesh(path, length_unit=UM)
    assert back.cell_type == data.cell_type  # centre nodes are made again
    assert set(back.region_names) == {"li", "llzo"}
    for region in data.region_names:
        assert back.region_measure(region) == pytest.approx(data.region_measure(region), rel=1e-9)
        assert len(back.region_cells(region)) == len(data.region_cells(region))
    assert set(back.boundary_names) == set(data.boundary_names)
    for boundary in data.boundary_names:
        ours, theirs = (_sorted(mesh.boundary_points(boundary)) for mesh in (data, back))
        np.testing.assert_allclose(theirs, ours, atol=1e-11 * UM)


def _sorted(points: np.ndarray) -> np.ndarray:
    return points[np.lexsort(np.round(points / UM, 6).T)]


def test_centre_nodes_are_left_out_and_told() -> None:
    cells = calculix_cells(build_box(Box(cells_x=3, cells_y=2)))
    assert cells.nodes.shape == (6, 8)
    assert cells.left_out == 6
    assert calculix_cells(build_box(Box(cells_x=3, cells_y=2, cell="triangle"))).left_out == 0
    assert calculix_cells(build_block3d(Block3D(cells_x=1, cells_y=1, cells_z=1))).left_out == 7


def test_faces_lie_on_their_boundary() -> None:
    data = build_box(Box(cells_x=3, cells_y=2, interface_height=0.5))
    assert len(faces_of(data, "top")) == 3
    assert len(faces_of(data, "interface")) == 6  # seen from both regions
    corners = {1: (0, 1), 2: (1, 2), 3: (2, 3), 4: (3, 0)}
    for element, face in faces_of(data, "right"):
        nodes = data.cells[element - 1][list(corners[int(face[1])])]
        np.testing.assert_allclose(data.points[nodes][:, 0], 1.0)


def test_a_cell_without_element_is_refused() -> None:
    with pytest.raises(CaseError, match="CalculiX has no element for quad cells in plane_strain"):
        element_type("quad", "plane_strain")
    assert element_type("quad9", "axisymmetric", reduced=True) == "CAX8R"
    assert element_type("triangle6", "plane_strain", reduced=True) == "CPE6"


# --- laws


@pytest.mark.parametrize("material", ["lithium_anand_narayan_2019", "lithium_narayan_anand_2018", "sodium"])
@pytest.mark.parametrize("temperature", [298.0, 353.0])
@pytest.mark.parametrize("resistance", ["initial", "steady"])
def test_norton_gives_the_rates_of_the_law(material: str, temperature: float, resistance: str) -> None:
    """rate = r0 (q/S)^(1/m) with S at S0, or at the saturation that belongs to that rate."""
    given = Material.model_validate(material)
    p = parameter_vector(given, temperature)
    creep = norton_creep("li", given, temperature, resistance)
    assert creep is not None
    stress = 2.3e6
    rate = creep.coefficient * (stress / 1e6) ** creep.exponent
    strength = p[layout.INITIAL_RESISTANCE]
    if resistance == "steady" and p[layout.HARDENING_MODULUS] > 0:
        strength = p[layout.SATURATION_RESISTANCE] * (rate / p[layout.REFERENCE_RATE]) ** p[layout.SATURATION_EXPONENT]
    expected = p[layout.REFERENCE_RATE] * (stress / strength) ** (1.0 / p[layout.RATE_SENSITIVITY])
    assert rate == pytest.approx(expected, rel=1e-10)


def material_of(elasticity: dict[str, object], **blocks: object) -> Material:
    return Material.model_validate({"elasticity": elasticity, **blocks})


def test_a_law_out_of_range_is_refused_and_an_elastic_one_has_no_creep() -> None:
    elasticity = {"young_modulus": "1 GPa", "poisson_ratio": 0.3}
    steep = {"law": "norton", "reference_rate": "1 1/s", "reference_stress": "1 Pa", "stress_exponent": 900}
    with pytest.raises(CaseError, match=r"materials\.li\.viscoplasticity: Norton's law of CalculiX cannot hold"):
        norton_creep(
            "li", Material.model_validate({"elasticity": elasticity, "viscoplasticity": steep}), 298.0, "initial"
        )
    assert norton_creep("llzo", material_of(elasticity), 298.0, "initial") is None
    own = {"law": "user", "source": "def rate(stress, resistance, temperature):\n    return stress / resistance\n"}
    of_user = material_of(elasticity, viscoplasticity=own | {"initial_flow_resistance": "1 MPa"})
    with pytest.raises(CaseError, match="CalculiX has no law from a file"):
        norton_creep("li", of_user, 298.0, "initial")


@pytest.mark.parametrize("shares", [(1.0, 0.0, 0.0), (0.0, 0.5, 0.5), (1 / 3, 1 / 3, 1 / 3)])
@pytest.mark.parametrize("ratio", [0.7, 1.0, 1.5])
def test_growth_is_the_stretch_of_the_expansion(shares: tuple[float, float, float], ratio: float) -> None:
    expansion, temperature = growth_expansion(shares, ratio)
    np.testing.assert_allclose([1 + a * temperature for a in expansion], [ratio**share for share in shares], rtol=1e-14)


def test_unequal_shares_are_right_to_first_order() -> None:
    expansion, temperature = growth_expansion((0.6, 0.3, 0.1), 1.001)
    np.testing.assert_allclose([a * temperature for a in expansion], np.array([0.6, 0.3, 0.1]) * 1e-3, rtol=1e-3)


# --- a whole case


def test_the_deck_of_a_case() -> None:
    given = case()
    deck = calculix_deck(given, small_strain=True)
    modulus, ratio = (float(text) for text in _of_material(deck, "llzo", "ELASTIC")[0])
    assert modulus == pytest.approx(float(given.materials["llzo"].elasticity.young_modulus) / 1e6)
    assert ratio == float(given.materials["llzo"].elasticity.poisson_ratio)
    creep = norton_creep("li", given.materials["li"], float(given.temperature), "initial")
    written = [float(text) for text in _of_material(deck, "li", "CREEP")[0]]
    assert written == pytest.approx([creep.coefficient, creep.exponent, 0.0])
    assert not _of_material(deck, "llzo", "CREEP")
    assert _of_material(deck, "li", "EXPANSION") == [["1", "0", "0"]]
    assert not _of_material(deck, "llzo", "EXPANSION")
    assert "NLGEOM" not in deck.text().split("*STEP")[1]
    assert ", NLGEOM" in calculix_deck(given).text().split("*STEP")[1].splitlines()[0]


def _of_material(deck: Deck, region: str, keyword: str) -> list[list[str]]:
    """Rows of a keyword in the block of a material."""
    inside = ""
    for word, options, rows in blocks(deck.text()):
        if word == "MATERIAL":
            inside = options["NAME"]
        elif word == keyword and inside == region:
            return rows
    return []


def test_the_supports_of_a_case() -> None:
    """Every held set lies on its boundary and holds what the case says, and nothing else is held."""
    deck = calculix_deck(case())
    held: dict[str, set[str]] = {}
    for word, _, rows in blocks(deck.text()):
        if word == "BOUNDARY":
            for name, component, same, value in rows:
                assert (component, float(value)) == (same, 0.0)
                held.setdefault(name, set()).add(component)
    assert held == {
        "held_symmetry": {"1"}, "held_electrolyte_bottom": {"2"}, "held_electrolyte_side": {"1"},
        "held_metal_side": {"1"}, "held_collector": {"1", "2"},
    }  # fmt: skip
    for name in held:
        nodes = numbers(only(deck, "NSET", NSET=name))
        assert nodes == numbers(only(deck, "NSET", NSET=name.removeprefix("held_")))
    corner = calculix_deck(case(**{"constraints.metal_side": "roller"}))
    whole, without = (numbers(only(corner, "NSET", NSET=name)) for name in ("metal_side", "held_metal_side"))
    assert whole - without == numbers(only(corner, "NSET", NSET="interface")) & whole


def test_the_growth_of_a_case() -> None:
    """Temperature 0 at the start and Jg - 1 at the end; unit directions from face to face in each cell of the metal."""
    deck = calculix_deck(case())
    assert deck.growth is not None
    table = np.array(only(deck, "AMPLITUDE", NAME="growth"), dtype=float)
    assert table[0].tolist() == [0.0, 0.0]
    thickness = 0.5397  # growth stretch of summary.json of the same coarse run is 1.5397
    assert table[-1] == pytest.approx([0.02826, thickness], rel=1e-4)
    default, *rows = only(deck, "DISTRIBUTION", NAME="li_axes")
    assert default[0] == ""
    assert {int(row[0]) for row in rows} == numbers([row[:1] for row in only(deck, "ELEMENT", ELSET="li")])
    along, across = (np.array([row[i : i + 3] for row in rows], dtype=float) for i in (1, 4))
    np.testing.assert_allclose(np.linalg.norm(along, axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose((along * across).sum(axis=1), 0.0, atol=1e-9)
    assert (along[:, 1] > 0.5).all()
    centres = deck.mesh.points[deck.mesh.cells[deck.cells_of("li")][:, :4]].mean(axis=1)
    over_wall = (centres[:, 0] > 15e-9) & (centres[:, 0] < 35e-9) & (centres[:, 1] < 20e-9)
    assert (along[over_wall][:, 0] < -0.05).all()  # the wall of the pit rises outwards: its normal leans inwards


def test_the_supports_of_tetrahedra_with_bubbles() -> None:
    """A deck has no bubbles: the nodes that are held are those of the boundary in the mesh."""
    coarse = {"geometry.mesh.refinement": "0.3", "geometry.mesh.tip_fraction": "1.0", "geometry.mesh.layers": "2"}
    deck = calculix_deck(load_case(CASES / "benchmarks" / "confined_pit_3d.yaml", [*coarse.items()]))
    held: dict[str, set[int]] = {}
    for support in deck.supports:  # planes of one name are supports of their own, such as symmetry_2
        name = support.name.removesuffix("_2")
        held.setdefault(name, set()).update(support.nodes.tolist())
        if name == "symmetry":
            (across,) = support.components
            np.testing.assert_allclose(deck.mesh.points[support.nodes, across], 0.0, atol=1e-15)
    assert set(held) == {"symmetry", "metal_side", "electrolyte_side", "electrolyte_bottom", "collector"}
    for name, nodes in held.items():
        assert nodes == set(np.unique(deck.mesh.boundary_facets(name)).tolist()), name
    assert "*EL PRINT, ELSET=li, TOTALS=ONLY" not in deck.text()


@pytest.mark.parametrize("after", ["", "[20 ms, 1 A/cm^2]"])
def test_a_table_of_the_current_is_followed(after: str) -> None:
    """Also where the current jumps: an instant stands once in the amplitude."""
    table = f"{{table: [[0 s, 0 A/cm^2], [10 ms, 2 A/cm^2], [20 ms, -1 A/cm^2]{', ' if after else ''}{after}]}}"
    given = case(**{"growth.current_density": table})
    deck = calculix_deck(given)
    assert deck.growth is not None
    times = [time for time, _ in deck.growth.temperatures]
    assert times == sorted(set(times))
    assert {0.0, 0.01, 0.02, float(given.time.end)} <= set(times)
    charge = given.growth.current_density.charge
    for time, temperature in deck.growth.temperatures:
        assert temperature == pytest.approx(
            deck.growth.temperatures[-1][1] * charge(time) / charge(times[-1]), abs=1e-12
        )


def test_what_cannot_be_expressed_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "folder" / "deck.inp"
    options = [part for key, value in COARSE.items() for part in ("--set", f"{key}={value}")]
    arguments = ["export", str(CASES / "eruption.yaml"), "--format", "calculix", "--out", str(out), *options]
    assert execute(arguments) == 0
    printed = capsys.readouterr().out
    head = " ".join(line.lstrip("*- ") for line in out.read_text().splitlines() if line.startswith("**"))
    for words in ("pressure law murnaghan", "frozen at its initial value", "before version 2.22", "nodes inside cells"):
        assert words in printed
        assert words in head
    assert "micrometre, MPa, second" in head
    assert execute([*arguments, "--small-strain", "--flow-resistance", "steady"]) == 0
    printed = capsys.readouterr().out
    assert "frozen at its steady value" in printed
    assert "2.22" not in printed
    assert execute(["export", str(CASES / "eruption.yaml"), "--format", "nastran"]) == 2
    assert execute(["export", str(tmp_path / "nowhere.yaml"), "--format", "calculix"]) == 2


@pytest.mark.parametrize(
    ("drive", "words"), [("{spring: {per_area: 1e15 Pa/m}}", "Spring"), ("{motion: 1 nm}", "that 'collector' moves")]
)
def test_a_collector_that_gives_way_is_refused(drive: str, words: str) -> None:
    with pytest.raises(CaseError, match=f"cannot express .*{words}"):
        calculix_deck(case(**{"constraints.collector": f"{{y: {drive}}}"}))


@pytest.mark.parametrize("moved", ["{rate: 1 nm/s}", "{table: [[0 s, 0 nm], [0.1 ms, 1 nm], [0.2 ms, 0 nm]]}"])
def test_a_support_that_moves_is_refused_however_short_it_moves(moved: str) -> None:
    own = {"constraints.collector": "null", "boundary_conditions": f"{{collector: {{x: 0, y: {moved}}}}}"}
    with pytest.raises(CaseError, match="cannot express that 'collector' moves"):
        calculix_deck(case(**own))
    rest = own | {"boundary_conditions": "{collector: {x: 0, y: 0}}", "time.until": "{max_pressure_li: 1 GPa}"}
    deck = calculix_deck(case(**rest))
    assert {support.name for support in deck.supports if support.name.startswith("collector")} == {"collector"}
    assert any("time.until" in note for note in deck.notes)
