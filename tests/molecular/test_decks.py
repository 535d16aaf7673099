"""What would hurt most if lost: decks say what the case says, and a program that cannot run them is refused at once."""

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from molecular_cases import DEPOSITION, NUCLEATION, case_of

from platingx.cli.main import execute
from platingx.config.loader import any_case_from_dict, load_any_case
from platingx.config.molecular import MdCase, MdDepositionCase, MdNucleationCase
from platingx.config.resolved import dump_resolved, fingerprint
from platingx.errors import CaseError
from platingx.molecular.deck import deck
from platingx.molecular.potential_files import potential_files
from platingx.molecular.program import environment, find_lammps
from platingx.molecular.schedule import segments

CASES = Path(__file__).parents[2] / "cases"


PAPER = "{base: li_meam_cui_2012, lattice: 3.51 angstrom}"


def texts(case: MdCase) -> dict[str, str]:
    return {name: content.decode() for name, content in deck(case, potential_files(case.potential, None)).items()}


def test_segments_follow_the_stages() -> None:
    """1 ps at 500 K, then 2 ps down to 300 K, in pieces of at most 0.6 ps that each lie in one stage."""
    parts = segments(case_of(NUCLEATION))
    borders = [(0, 300), (300, 500), (500, 800), (800, 1100), (1100, 1400), (1400, 1500)]
    assert [(part.first, part.last) for part in parts] == borders
    assert [round(part.ends, 9) for part in parts] == [500.0, 500.0, 440.0, 380.0, 320.0, 300.0]
    assert all(one.ends == two.begins for one, two in pairwise(parts))


def test_the_shipped_protocol_is_that_of_the_paper() -> None:
    """0.1 ns, 1 K/ps from 500 to 300 K, 5 ns; a box of 5.33 nm; 2.03e5 A/cm2 and 12.3 nm at the highest rate."""
    nucleation = load_any_case(CASES / "md_nucleation.yaml")
    assert isinstance(nucleation, MdNucleationCase)
    assert sum(nucleation.durations()) == pytest.approx(5.3e-9, rel=1e-12, abs=0.0)
    assert nucleation.box_length == pytest.approx(5.33e-9, rel=1e-3)
    deposition = load_any_case(CASES / "md_deposition.yaml", [("potential", PAPER)])
    assert isinstance(deposition, MdDepositionCase)
    assert deposition.current_density == pytest.approx(2.032e9, rel=1e-3)
    assert deposition.thickness == pytest.approx(12.32e-9, rel=2e-3)


def test_numbers_of_a_published_potential_reach_its_files() -> None:
    files = texts(case_of(NUCLEATION))
    library, pairs = files["library.meam"].splitlines(), files["Li.meam"]
    assert library[1].split() == ["'Li'", "'bcc'", "8", "3", "6.941"]
    assert library[2].split() == ["3", "1.03", "4.88", "4.15", "5.27", "3.45", "1.65", "0.64"]
    assert library[3].split() == ["1", "-1.46", "4.13", "-0.57", "1", "3"]
    assert "Cmin(1,1,1) = 0.31" in pairs
    assert files["potential.in"] == "pair_style meam\npair_coeff * * library.meam Li Li.meam Li\n"
    assert "10.1016/j.jpowsour.2012.01.145" in library[0]


def test_reactive_fields_are_in_their_own_units(tmp_path: Path) -> None:
    field = tmp_path / "own.ff"
    field.write_text("a field")
    case = case_of(NUCLEATION, potential={"style": "reaxff", "file": str(field), "element": "Li"})
    files = texts(case)
    assert files["begin.in"].startswith("units real\natom_style charge\n")
    assert "timestep 2\n" in files["segment.1.in"]
    assert files["own.ff"] == "a field"
    before = fingerprint(case)
    again = any_case_from_dict({**NUCLEATION, "potential": case.potential.model_dump(exclude_none=True, mode="json")})
    assert fingerprint(again) == before
    field.write_text("another field")
    with pytest.raises(CaseError, match="not those that the case was written for"):
        any_case_from_dict({**NUCLEATION, "potential": case.potential.model_dump(exclude_none=True, mode="json")})


def test_resolved_cases_are_the_same_case(tmp_path: Path) -> None:
    for data in (NUCLEATION, DEPOSITION):
        case = case_of(data)
        path = tmp_path / "case.yaml"
        path.write_text(dump_resolved(case))
        assert fingerprint(load_any_case(path)) == fingerprint(case)


@pytest.mark.parametrize(
    ("data", "values", "message"),
    [
        (NUCLEATION, {"potential": "li_meam"}, "there is no potential 'li_meam'"),
        (NUCLEATION, {"stages": [{"to": "300 K", "rate": "1 K/ps"}]}, "no temperature to come from"),
        (NUCLEATION, {"stages": [{"hold": "300 K"}]}, "a held temperature has a duration"),
        (NUCLEATION, {"stages": [{"hold": "300 K", "to": "200 K"}]}, "holds a temperature or goes to one"),
        (NUCLEATION, {"density": "0.6 g/cm^3"}, "does not fit a box"),
        (NUCLEATION, {"step": "20 fs"}, "too far in a step"),
        (NUCLEATION, {"order": {"every": "1 fs"}}, "shorter than a step"),
        (NUCLEATION, {"potential": {"style": "reaxff", "element": "Li"}}, "needs the key file"),
        (NUCLEATION, {"potential": {"style": "reaxff", "file": "nowhere.ff", "element": "Li"}}, "there is no file"),
        (NUCLEATION, {"potential": {"base": "li_meam_cui_2012", "file": "x"}}, "has its own numbers"),
        (DEPOSITION, {"deposition_rate": "2e15 1/s"}, "more than one atom in a step"),
        (DEPOSITION, {"frozen": 5}, "no atom of the slab moves"),
        (DEPOSITION, {"headroom": "0.5 nm"}, "close to the top of the box"),
        (DEPOSITION, {"seed": 0}, "seed"),
    ],
)
def test_cases_that_make_no_sense(data: dict[str, Any], values: dict[str, Any], message: str) -> None:
    with pytest.raises(CaseError, match=message):
        case_of(data, **values)


def stub(folder: Path, styles: str) -> Path:
    path = folder / "lmp"
    lines = ("Large-scale Simulator - 1 Jan 2026", "* Pair styles:", "", styles, "", "* Bond styles:")
    path.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    path.chmod(0o755)
    return path


def test_programs_that_will_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLATINGX_LAMMPS", str(stub(tmp_path, "lj/cut eam meam/spline")))
    found = find_lammps(case_of(NUCLEATION))
    assert found.version == "1 Jan 2026"
    with pytest.raises(CaseError, match="without the pair style meam"):
        found.require(case_of(NUCLEATION).potential)
    assert execute(["run", str(CASES / "md_nucleation.yaml"), "--out", str(tmp_path / "run")]) == CaseError.exit_code
    said = " ".join(capsys.readouterr().err.split())
    for words in (str(tmp_path / "lmp"), "LAMMPS 1 Jan 2026", "li_meam_cui_2012 needs", "program.command"):
        assert words in said
    assert not any((tmp_path / "run").glob("*"))
    monkeypatch.setenv("PLATINGX_LAMMPS", "/bin/true")
    with pytest.raises(CaseError, match="does not answer as LAMMPS"):
        find_lammps(case_of(NUCLEATION))
    monkeypatch.setenv("PLATINGX_LAMMPS", str(tmp_path / "none"))
    with pytest.raises(CaseError, match=r"there is no program .*none"):
        find_lammps(case_of(NUCLEATION))
    case = case_of(NUCLEATION, program={"command": str(stub(tmp_path, "meam"))})
    find_lammps(case).require(case.potential)


def test_lammps_does_not_take_itself_for_one_of_our_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMPI_COMM_WORLD_RANK", "1")
    monkeypatch.setenv("PMIX_RANK", "1")
    monkeypatch.setenv("OMPI_ALLOW_RUN_AS_ROOT", "1")
    here = environment()
    assert not {"OMPI_COMM_WORLD_RANK", "PMIX_RANK"} & set(here)
    assert here["OMPI_ALLOW_RUN_AS_ROOT"] == "1"
    assert here["PATH"] == os.environ["PATH"]


def test_commands_on_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["atoms", "deck", str(CASES / "md_nucleation.yaml"), "--out", str(tmp_path / "deck")]) == 0
    assert (tmp_path / "deck" / "segment.53.in").is_file()
    assert execute(["atoms", "deck", str(CASES / "md_nucleation.yaml"), "--out", str(tmp_path / "deck")]) == 5
    assert execute(["atoms", "deck", str(CASES / "tubule.yaml"), "--out", str(tmp_path / "other")]) == 2
    table = tmp_path / "results.csv"
    table.write_text("atoms,order,status\n500,0.1,completed\n600,0.2,completed\n800,0.9,completed\n900,,failed\n")
    capsys.readouterr()
    assert execute(["atoms", "threshold", str(table)]) == 0
    said = capsys.readouterr().out
    assert "3 runs, 1 ordered" in said
    assert "1 rows without numbers are left out" in said
    assert "threshold 700 atoms" in said
    assert execute(["atoms", "threshold", str(table), "--order", "bcc"]) == 2
    dump = tmp_path / "a.dump"
    corners = np.stack(np.meshgrid((0, 1), (0, 1), (0, 1)), axis=-1).reshape(-1, 3)
    atoms = "\n".join(f"{number} {x} {y} {z}" for number, (x, y, z) in enumerate(corners, start=1))
    head = "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n8\nITEM: BOX BOUNDS ff ff ff\n0 2\n0 2\n0 2\n"
    dump.write_text(f"{head}ITEM: ATOMS id x y z\n{atoms}\n")
    assert execute(["atoms", "order", str(dump), "--out", str(tmp_path / "order.csv")]) == 0
    assert (tmp_path / "order.csv").read_text().splitlines()[1].startswith("0,8,8,0,0,0,0")
    assert execute(["atoms", "roughness", str(dump), "--width", "1"]) == 0
    assert execute(["atoms", "roughness", str(dump), "--width", "-1"]) == 2
    assert execute(["atoms", "order", str(tmp_path / "none.dump")]) == 5
