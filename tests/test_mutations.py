"""The proof of the suite is itself no rubber stamp: what it cannot break, or what nobody notices, is missed."""

import pytest
from mutations import Mutation, missed, replace

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "number.py").write_text("ONE = 1\n")
    test = "from number import ONE\n\n\ndef test_one():\n    assert ONE == 1\n"
    (tmp_path / "test_number.py").write_text(test)
    return tmp_path


def mutation(old, new, says="test_one", file="number.py"):
    return Mutation("name", file, replace(old, new), ("test_number.py",), says)


def test_a_mutation_that_its_test_names_is_caught_and_undone(copy):
    assert missed(copy, mutation("1", "2")) is None
    assert (copy / "number.py").read_text() == "ONE = 1\n"


def test_a_mutation_that_nobody_notices_is_missed(copy):
    assert missed(copy, mutation("1", "1.0")) == "the tests pass"


def test_a_failure_for_another_reason_is_missed(copy):
    assert "without saying 'a drift'" in missed(copy, mutation("1", "2", says="a drift"))
    assert "exit code 2" in missed(copy, mutation("1", "(", says="a drift"))


@pytest.mark.parametrize(
    "stale",
    [mutation("3", "4"), mutation("1", "1"), mutation("1", "2", file="gone.py")],
    ids=["text", "change", "file"],
)
def test_a_mutation_that_no_longer_applies_is_missed(copy, stale):
    assert missed(copy, stale).startswith("does not apply")
