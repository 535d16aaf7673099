"""What would hurt most if lost: a descriptor, coverage or resistance that is not that of its equation."""

import math
from pathlib import Path

import numpy as np
import pytest

from platingx.cli.main import execute
from platingx.constants import FARADAY
from platingx.errors import CaseError
from platingx.post.constriction import (
    disc_in_cylinder,
    disc_on_half_space,
    strip_closed_form,
    strip_constriction,
)
from platingx.post.sand import fit_sand
from platingx.post.volume_files import read_volume, write_volume
from platingx.post.voxels import VolumeReading, strip_volume, synthetic_volume

VOLUME = 13.02e-6
READING = VolumeReading(0, True, 1.4e-6, 1, 2)


# --- Sand


@pytest.mark.parametrize(("capacity", "descriptor"), [(0.4, 8.347e-16), (30.0, 6.260e-14)])
def test_sand_by_hand(capacity: float, descriptor: float) -> None:
    """D = 4 i^2 tau Vm^2/(pi F^2): stripping at 0.25 mA/cm2 that ends at 0.4 and 30 mAh/cm2."""
    tau = capacity / 0.25 * 3600.0
    fit = fit_sand(np.array([2.5]), np.array([tau]), VOLUME)
    assert fit.descriptor == pytest.approx(descriptor, rel=1e-3)
    assert (fit.low, fit.high, fit.intercept) == (None, None, None)


def test_the_interval_of_a_fit_holds_the_truth_as_often_as_it_says() -> None:
    """400 series of six measurements with errors of 5 %: 95 % of the intervals hold it, within 3 standard errors."""
    true, generator, hits, refused = 1e-14, np.random.default_rng(3), 0, 0
    tau = np.geomspace(300.0, 30_000.0, 6)
    exact = 0.5 * FARADAY / VOLUME * math.sqrt(math.pi * true) / np.sqrt(tau)
    for _ in range(400):
        fit = fit_sand(exact + 0.05 * exact.mean() * generator.standard_normal(6), tau, VOLUME)
        assert fit.low is not None
        assert fit.high is not None
        hits += fit.low <= true <= fit.high
        refused += not fit.through_origin
    error = 3.0 * math.sqrt(400 * 0.95 * 0.05)
    assert abs(hits - 380) <= error
    assert abs(refused - 20) <= error
    shifted = fit_sand(exact + exact.max(), tau, VOLUME)
    assert shifted.through_origin is False


# --- volumes


def test_strewn_voxels_cover_by_chance() -> None:
    """1 - (1 - f)^k within five standard deviations of the columns, for two shares of sodium (2.5 and 5 mol %)."""
    for share, expected in ((0.04459, 0.3663), (0.08743, 0.5994)):
        found = strip_volume(synthetic_volume((20, 200, 200), share, 0.0, 1), READING, 10, VOLUME)
        deviation = 5.0 * math.sqrt(expected * (1.0 - expected) / 200**2)
        assert found.coverage[-1] == pytest.approx(expected, abs=deviation)
        assert found.uncorrelated[0] == pytest.approx(found.inert_share)


def test_domains_cover_less_and_have_the_chord_that_is_asked_for() -> None:
    covered = []
    for domain in (0.0, 4.0, 8.0):
        volume = synthetic_volume((64, 128, 128), 0.16823, domain, 2)
        assert float(np.mean(volume == 2)) == pytest.approx(0.16823, abs=1e-5)
        covered.append(strip_volume(volume, READING, 10, VOLUME).coverage[-1])
        if domain:
            inert = volume == 2
            starts = np.count_nonzero(inert & ~np.roll(inert, 1, axis=2))
            assert np.count_nonzero(inert) / starts == pytest.approx(domain, rel=0.1)
    assert covered[0] > covered[1] > covered[2]


def test_each_axis_and_side_and_a_known_volume() -> None:
    """Two columns of one inert voxel each, in different layers; charge and thickness by hand."""
    volume = np.ones((3, 2, 2), dtype=np.uint8)
    volume[0, 0, 0] = volume[2, 1, 1] = 2
    found = strip_volume(volume, READING, 3, VOLUME)
    assert found.coverage.tolist() == [0.25, 0.25, 0.5]
    assert found.charge[-1] == pytest.approx(10.0 / 4.0 * 1.4e-6 * FARADAY / VOLUME)
    assert found.inert_thickness[-1] == pytest.approx(0.5 * 1.4e-6)
    assert found.second(2).tolist() == [0.0, 0.0, 0.5]
    last = VolumeReading(0, False, 1.4e-6, 1, 2)
    assert strip_volume(volume, last, 1, VOLUME).height.tolist() == [[0, 0], [0, 1]]
    for axis in (1, 2):
        turned = VolumeReading(axis, True, 1.4e-6, 1, 2)
        moved = np.moveaxis(volume, 0, axis)
        assert strip_volume(moved, turned, 3, VOLUME).coverage.tolist() == found.coverage.tolist()
    volume[1, 0, 0] = 7
    with pytest.raises(CaseError, match="labels 7 too"):
        strip_volume(volume, READING, 3, VOLUME)
    with pytest.raises(CaseError, match="4 layers of 3"):
        strip_volume(volume, READING, 4, VOLUME)
    with pytest.raises(CaseError, match="no voxel of the label 2"):
        strip_volume(np.ones((2, 2, 2), dtype=np.uint8), READING, 1, VOLUME)


def test_all_kinds_of_files_give_the_same(tmp_path: Path) -> None:
    import tifffile

    volume = synthetic_volume((5, 6, 7), 0.3, 0.0, 4)
    for name in ("v.tif", "v.h5", "v.npy", "v.raw"):
        write_volume(tmp_path / name, volume)
    (tmp_path / "slices").mkdir()
    for index, each in enumerate(volume):
        tifffile.imwrite(tmp_path / "slices" / f"slice_{index + 8}.tif", each)  # 8, 9, 10, 11, 12: not in order of text
    found = [
        read_volume(tmp_path / "v.tif"),
        read_volume(tmp_path / "v.h5", "/volume"),
        read_volume(tmp_path / "v.npy"),
        read_volume(tmp_path / "v.raw", shape=(5, 6, 7), dtype="uint8"),
        read_volume(tmp_path / "slices"),
    ]
    for each in found:
        np.testing.assert_array_equal(each, volume)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("v.h5", "no dataset is said"),
        ("v.raw", "says neither its size nor its type"),
        ("grey.npy", "grey values, not labels"),
        ("flat.npy", "an array of 2 axes"),
        ("v.txt", "no kind of volume"),
        ("empty", "without TIFF slices"),
    ],
)
def test_volumes_that_do_not_say_what_they_are(name: str, words: str, tmp_path: Path) -> None:
    volume = synthetic_volume((3, 4, 5), 0.3, 0.0, 4)
    for each in ("v.h5", "v.raw"):
        write_volume(tmp_path / each, volume)
    np.save(tmp_path / "grey.npy", volume.astype(float))
    np.save(tmp_path / "flat.npy", volume[0])
    (tmp_path / "v.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError, match=words):
        read_volume(tmp_path / name)


# --- constriction


def test_a_strip_against_its_closed_form_and_a_disc_against_finite_elements() -> None:
    """Of the disc: 4 kappa a times the constriction, from elements graded to 1e-6 b, at (a/kappa)/Z 1e5 and 1."""
    for share in (0.3, 0.7, 0.9):
        closed = strip_closed_form(share, 2.0, 3.0)
        assert strip_constriction(share, 2.0, 3.0, 0.0) == pytest.approx(closed, rel=1e-3)
    assert strip_closed_form(0.3, 1.0, 1.0) == pytest.approx(0.25136, abs=1e-5)
    assert strip_constriction(0.7, 1.0, 1.0, 0.15) == pytest.approx(0.04784, rel=1e-3)
    for ratio, size, expected in ((1e5, 0.05, 0.9294), (1e5, 0.5, 0.3396), (1.0, 0.05, 0.9998), (1.0, 0.5, 0.4004)):
        found = 4.0 * 0.2 * size * disc_in_cylinder(size, 1.0, 0.2, size / 0.2 / ratio)
        assert found == pytest.approx(expected, rel=2e-3)
    assert disc_on_half_space(0.515e-6, 0.069) == pytest.approx(7.0353e6, rel=1e-4)


# --- commands


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("# measured\nx,i [mA/cm^2],q (mAh/cm^2)\nLi,-0.25,0.4\nLi,-0.5,0.2\nNa,0.25,5.3\n")
    out = tmp_path / "out"
    arguments = ["interface", "sand", str(table), "--current", "i", "--capacity", "q", "--group", "x"]
    assert execute([*arguments, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "8.347e-12" in text
    assert "1.106e-10" in text
    assert (out / "sand.png").is_file()
    assert (out / "sand.csv").read_text().count("\n") == 3
    volume = tmp_path / "v.tif"
    assert execute(["interface", "volume", str(volume), "--shape", "12,40,40", "--share", "0.2", "--domain", "3"]) == 0
    strip = ["interface", "strip", str(volume), "--axis", "0", "--side", "last", "--voxel", "1.4 um", "--stripped", "1"]
    strip += ["--inert", "2", "--layers", "10"]
    assert execute([*strip, "--replated", "8", "--out", str(out)]) == 0
    assert "none for 8 layers" in capsys.readouterr().out
    assert {"stripping.csv", "second_stripping.csv", "stripping.png"} <= {path.name for path in out.iterdir()}
    disc = ["interface", "constriction", "--shape", "disc", "--share", "0.05", "--width", "100 um"]
    assert execute([*disc, "--conductivity", "0.2 S/m"]) == 0
    assert "ohm cm^2 of the cell" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sand", "t.csv", "--current", "j", "--time", "tau"], "there is no column j"),
        (["sand", "t.csv", "--current", "i", "--time", "i"], "is a unit of current density"),
        (["sand", "t.csv", "--current", "i"], "neither a time nor a capacity"),
        (["sand", "t.csv", "--current", "i", "--time", "tau", "--group", "y"], "there is no column y"),
        (["sand", "bad.csv", "--current", "i", "--time", "tau"], "bad.csv:3: 'x' is no number"),
        (["sand", "none.csv", "--current", "i", "--time", "tau"], "cannot be read"),
        (["volume", "v.doc", "--shape", "3,3,3", "--share", "0.2", "--domain", "0"], "no kind of volume"),
        (["volume", "v.npy", "--shape", "3,3", "--share", "0.2", "--domain", "0"], "not the size of a volume"),
        (["constriction", "--shape", "strip", "--share", "0.5", "--width", "1", "--conductivity", "1 S/m"], "no unit"),
    ],
)
def test_mistakes_are_told(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("i [mA/cm^2],tau [s]\n0.25,5760\n")
    (tmp_path / "bad.csv").write_text("i [mA/cm^2],tau [s]\n0.25,5760\n0.25,x\n")
    assert execute(["interface", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
