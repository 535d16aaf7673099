"""What would hurt most if lost: an error of all ranks is told from that of a single one, and none waits for ever."""

import time

import pytest
from mpi4py import MPI

from platingx.errors import MeshError, OutputError, SingleRankError
from platingx.parallel import first_problem, raised_everywhere

pytestmark = pytest.mark.mpi
SHORT = 0.5  # s


@pytest.fixture
def comm():
    """A communicator of our own: messages that nobody takes must not reach other tests."""
    own = MPI.COMM_WORLD.Dup()
    yield own
    own.Barrier()
    own.Free()


def test_an_error_of_all_ranks(comm: MPI.Intracomm) -> None:
    for _ in range(3):  # one run after another in one process
        assert raised_everywhere(comm, 60.0)


def test_an_error_of_one_rank(comm: MPI.Intracomm) -> None:
    """The others wait in a reduction, which the messages do not disturb."""
    if comm.size == 1:
        pytest.skip("one rank is all ranks")
    if comm.rank == comm.size - 1:
        began = time.monotonic()
        assert not raised_everywhere(comm, SHORT)
        assert SHORT <= time.monotonic() - began < SHORT + 10.0
    assert comm.allreduce(1) == comm.size


def test_the_problem_of_the_lowest_rank_reaches_all(comm: MPI.Intracomm) -> None:
    assert first_problem(comm, None) is None
    assert first_problem(comm, f"rank {comm.rank}") == "rank 0"
    last = comm.size - 1
    assert first_problem(comm, "mine" if comm.rank == last else None) == "mine"


def test_a_problem_that_the_others_hang_in(comm: MPI.Intracomm) -> None:
    """They come too late: the rank with the problem has gone on by then."""
    if comm.size == 1:
        pytest.skip("one rank is all ranks")
    if comm.rank == 0:
        with pytest.raises(TimeoutError, match="no room"):
            first_problem(comm, "no room", SHORT)
        comm.bcast("no room", root=0)  # what the others wait for after their reduction
    else:
        time.sleep(4 * SHORT)
        assert first_problem(comm, None) == "no room"


def test_an_error_of_one_rank_has_the_exit_code_of_what_it_met() -> None:
    error = SingleRankError(3, MeshError("a cell is missing"))
    assert error.exit_code == MeshError.exit_code
    assert str(error) == "a cell is missing (on rank 3 only; all ranks are ended)"
    assert SingleRankError(1, OutputError("full")).exit_code == 5
