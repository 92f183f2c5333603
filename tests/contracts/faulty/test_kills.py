"""The suite finds each seeded fault, and tells it by one of the rules that it breaks."""

from contextlib import nullcontext

import pytest

from benchmarks.trial import Trials
from contracts.faulty.catalogue import faults
from contracts.faulty.fault import Fault
from tests.contracts.conftest import CONTRACT
from tests.contracts.faulty.moving import VARIABLE, moving_seed
from tests.contracts.unmeasured import unmeasured

SEED = moving_seed()
# What these families do is seen nowhere else.
MEASURED = {"accounts", "lives", "media", "prices", "results"}


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(CONTRACT)


@pytest.mark.parametrize("fault", faults(CONTRACT), ids=lambda fault: fault.id)
def test_fault_is_found(fault: Fault, trials: Trials) -> None:
    with nullcontext() if fault.family in MEASURED else unmeasured():
        result = trials.quick(fault, SEED)
    assert result.found, (
        f"{fault.text} Nothing told that one of {', '.join(fault.rules)} is broken, but of"
        f" {', '.join(result.named) or 'no other rule'}; {VARIABLE}={SEED} runs the same again"
    )
