"""Profile of a Slurm cluster: what a job of a study asks for, and how it starts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from platingx.config.base import Block, Finding
from platingx.config.document import read_document
from platingx.config.input_errors import read_as
from platingx.config.quantities import Count, Time, case_error, with_default
from platingx.nearest import nearest
from platingx.paths import user_path

__all__ = ["SlurmProfile", "load_profile"]

_MEMORY = re.compile(r"\s*(\d+)\s*([KMGT])i?B?\s*", re.IGNORECASE)
_OPTION = re.compile(r"[a-z][a-z0-9-]*")
_KEYS_OF_OPTIONS = {
    "account": "account",
    "partition": "partition",
    "time": "time",
    "mem": "memory",
    "cpus-per-task": "ranks",
    "ntasks": "ranks",
    "signal": "save_before",
}
"""Options of sbatch that a key of the profile stands for."""
_OF_A_STUDY = ("array", "nodes", "ntasks-per-node", "output", "error", "open-mode", "requeue", "no-requeue", "wrap")
"""Options of sbatch that a study sets itself."""


def _memory(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _MEMORY.fullmatch(value)
    if found is None or int(found[1]) == 0:
        raise case_error(f"{value!r} is no size of memory", "a whole number with KB, MB, GB or TB: 4 GB")
    return f"{found[1]}{found[2].upper()}"


Memory = Annotated[str, BeforeValidator(_memory)]
"""Memory as sbatch writes it, ``4G``."""

Words = Annotated[str, Field(min_length=1)]
Option = str | int | bool


class SlurmProfile(Block):
    """What a job of a study asks of Slurm, and how it starts."""

    account: Words | None = Field(default=None, description="Account that is charged; that of the user if left out.")
    partition: Words | None = Field(default=None, description="Partition; that of the cluster if left out.")
    time: Time = Field(description="Time limit of a job, in whole minutes: 2 h.")
    save_before: Time = with_default(
        "5 min", "How long before the time limit a job saves its state and goes back into the queue."
    )
    ranks: Count = Field(default=1, description="MPI ranks of each point, on one node.")
    memory: Memory | None = Field(default=None, description="Memory of a job: 4 GB. That of the cluster if left out.")
    points_per_job: Count = Field(
        default=1, description="Points that a job runs one after the other, in one process that starts once."
    )
    jobs_at_a_time: Count = Field(default=256, description="Jobs of the study that may run together.")
    times_requeued: Count = Field(
        default=20, description="How often a job goes back into the queue because of its time limit."
    )
    modules: tuple[Words, ...] = Field(default=(), description="Modules that a job loads: [dolfinx/0.10].")
    setup: tuple[Words, ...] = Field(default=(), description="Lines of bash that a job runs before it starts.")
    container: Words | None = Field(
        default=None,
        description="Command that runs another one in a container, put before that of a point: "
        "apptainer exec platingx.sif.",
    )
    python: Words | None = Field(
        default=None,
        description="Command that starts Python with platingx on a node, outside of the container: "
        "/home/me/platingx/platingx exec python3. The Python that submits if left out.",
    )
    options: dict[str, Option] = Field(
        default_factory=dict,
        description="Further options of sbatch without their dashes: {qos: long, exclusive: true}.",
    )

    def check(self) -> Iterator[Finding]:
        """Check that there is time to save, and the names of options."""
        if self.time < 60.0:
            yield Finding("time", "Slurm counts time limits in minutes", "at least 1 min")
        elif self.save_before >= self.time:
            yield Finding("save_before", "the job would save before it starts", f"less than {self.minutes} min")
        for name, value in self.options.items():
            key = f"options.{name}"
            if _OPTION.fullmatch(name) is None:
                valid = "the long name of an option of sbatch without --, such as qos"
                yield Finding(key, f"'{name}' is no option of sbatch", valid, nearest(name, _KEYS_OF_OPTIONS) or "")
            elif name in _KEYS_OF_OPTIONS:
                yield Finding(key, "a key of the profile says this", _KEYS_OF_OPTIONS[name])
            elif name in _OF_A_STUDY:
                yield Finding(key, f"the study says --{name} itself", "another option")
            elif value is False:
                yield Finding(key, "an option that is not wanted", "leave it out")

    @property
    def minutes(self) -> int:
        """Time limit in minutes, rounded up as Slurm does."""
        return math.ceil(self.time / 60.0 - 1e-9)


def load_profile(path: str | Path) -> SlurmProfile:
    """Read the profile of a cluster.

    Parameters
    ----------
    path
        YAML file.

    Raises
    ------
    CaseError
        If anything is wrong, with file, line and key.
    """
    document = read_document(user_path(path))
    return read_as(SlurmProfile, document)
