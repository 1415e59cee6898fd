"""The three optional programs, installed and run for real: every claim of the lesson holds of what they answer."""

import pytest

from helpers.frameworks import measured
from helpers.frameworks.running import programs
from helpers.ground import CannotGoOnError


@pytest.mark.parametrize("name", measured.NAMES)
def test_every_claim_holds_of_a_new_answer(name, uv):
    try:
        answer = programs.ask(name, uv)
    except CannotGoOnError as error:
        pytest.fail(f"{name} did not run. {error}", pytrace=False)
    wrong = [claim.sentence for claim in measured.CLAIMS[name](answer) if not claim.holds]
    assert not wrong
