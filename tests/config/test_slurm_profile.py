"""What would hurt most: a job that asks for something else than the profile says, found out only in the queue."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from platingx.cli.main import execute
from platingx.config.schema import profile_schema_text
from platingx.config.slurm_profile import load_profile
from platingx.errors import CaseError

GOOD = """
account: project
time: 90 min
save_before: 5 min
ranks: 4
memory: 4 GB
modules: [dolfinx/0.10]
options: {qos: long, exclusive: true}
"""


def profile_of(folder: Path, text: str) -> Path:
    path = folder / "cluster.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_says_what_sbatch_is_told(tmp_path: Path) -> None:
    profile = load_profile(profile_of(tmp_path, GOOD))
    assert (profile.minutes, profile.save_before, profile.ranks, profile.memory) == (90, 300.0, 4, "4G")
    assert (profile.points_per_job, profile.options) == (1, {"qos": "long", "exclusive": True})
    assert load_profile(profile_of(tmp_path, "time: 61 s\nsave_before: 30 s\n")).minutes == 2  # as Slurm rounds


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("account: project", "acount: project", "2:1", "unknown key 'acount'"),
        ("time: 90 min", "", "", "time"),
        ("time: 90 min", "time: 30 s", "3:", "Slurm counts time limits in minutes"),
        ("time: 90 min", "time: 90 kg", "3:", "not a unit of time"),
        ("save_before: 5 min", "save_before: 2 h", "4:", "the job would save before it starts"),
        ("ranks: 4", "ranks: four", "5:", "ranks"),
        ("ranks: 4", "ranks: 0", "5:", "too small"),
        ("memory: 4 GB", "memory: much", "6:", "no size of memory"),
        ("memory: 4 GB", "memory: 0 GB", "6:", "no size of memory"),
        ("modules: [dolfinx/0.10]", "modules: dolfinx", "7:", "modules"),
        ("qos: long", "mem: 4G", "8:", "a key of the profile says this"),
        ("qos: long", "array: 1-3", "8:", "the study says --array itself"),
        ("qos: long", "--qos: long", "8:", "is no option of sbatch"),
        ("exclusive: true", "exclusive: false", "8:", "an option that is not wanted"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, old: str, new: str, place: str, message: str) -> None:
    path = profile_of(tmp_path, GOOD.replace(old, new))
    with pytest.raises(CaseError) as found:
        load_profile(path)
    assert message in str(found.value)
    assert f"{path}:{place}" in str(found.value) or not place


def test_the_schema_takes_what_the_program_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(profile_schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    data = YAML(typ="safe", pure=True).load(GOOD)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"account": "a"}, schema, cls=jsonschema.Draft202012Validator)
    assert execute(["schema", "--profile"]) == 0
    assert json.loads(capsys.readouterr().out) == schema
    assert execute(["schema", "--profile", "--study"]) == 2
