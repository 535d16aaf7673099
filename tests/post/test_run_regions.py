"""Would hurt most: a picture of one region under the name of another."""

from __future__ import annotations

import json

import pytest

from platingx.post.field_views import views_of
from platingx.post.run_regions import Region, RunRegions, read_run_regions
from platingx.post.style import region_colours

CASE = """
materials:
  schale: {role: other, label: "Na2CO3 $x$"}
  lpsc: {role: electrolyte, label: LPSC, fracture: {theoretical_strength: 2000000000.0 Pa}}
  na: {role: metal, label: Na}
growth: {region: na}
"""


def folder(tmp_path, case, regions=None):
    (tmp_path / "case.resolved.yaml").write_text(case)
    (tmp_path / "manifest.json").write_text(json.dumps({} if regions is None else {"regions": regions}))
    return tmp_path


def test_numbers_come_from_the_manifest_and_words_from_the_case(tmp_path):
    found = read_run_regions(folder(tmp_path, CASE, ["lpsc", "na", "schale"]))
    assert found.names == ("lpsc", "na", "schale")
    assert found.metal == Region("na", "metal", "Na")
    assert found.electrolytes == (Region("lpsc", "electrolyte", "LPSC", 2e9),)
    assert found.regions[2].label == r"Na2CO3 \$x\$"
    assert found.headlines == ("max_pressure_na", "max_principal_stress_lpsc")


@pytest.mark.parametrize("order", [("li", "llzo"), ("llzo", "li")])
def test_folders_of_the_first_version_open_as_they_were_written(tmp_path, order):
    """They have neither roles nor numbers; li was always 0 and llzo 1, and other names followed in their order."""
    materials = "".join(f"  {name}: {{elasticity: {{}}}}\n" for name in order)
    found = read_run_regions(folder(tmp_path, f"materials:\n{materials}growth: {{region: li}}\n"))
    assert found.names == ("li", "llzo")
    assert found.metal is not None
    assert found.metal.label == "li"
    assert [region.name for region in found.electrolytes] == ["llzo"]
    foreign = "materials: {lpsc: {}, na: {}}\ngrowth: {region: na}\n"
    assert read_run_regions(folder(tmp_path, foreign)).names == ("lpsc", "na")


def test_a_folder_without_a_case_has_no_regions(tmp_path):
    assert read_run_regions(tmp_path) == RunRegions()
    assert read_run_regions(tmp_path).headlines == ()


def test_each_view_has_the_field_region_and_words_that_belong_together():
    regions = RunRegions(
        (Region("a", "electrolyte", "LPSC"), Region("b", "metal", "Na"), Region("c", "electrolyte", "LLZO")), "b"
    )
    assert [(view.field, view.region, view.label) for view in views_of(regions)] == [
        ("pressure", "b", "Pressure in Na"),
        ("principal_stress_1", "a", "Maximum principal stress in LPSC"),
        ("principal_stress_1", "c", "Maximum principal stress in LLZO"),
    ]
    assert len(set(region_colours(regions).values())) == 3
