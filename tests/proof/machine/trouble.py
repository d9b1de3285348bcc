"""The trouble that the steps of the state machine script for the run that follows."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.fake_bce import Fault
from tests.functional.test_create_faults import FAULTS, name_of

# that what is there is not there is a lie which no second question can see through
TROUBLES = {name_of(fault): fault for fault in FAULTS if fault.status != 404}
calls, times = st.integers(1, 9), st.sampled_from([1, 2, 5, 50])
troubles = st.sampled_from(list(TROUBLES))


def trap(nth: int, on: str, before: bool) -> Fault:
    """Return what kills the run at the so-manieth call of an operation, before or after the cloud
    has done its work."""
    fault = Fault("kill_before") if before else Fault("kill")
    return replace(fault, nth=_place(nth, on), operation=on)


def trouble(nth: int, on: str, fault: str, times: int) -> Fault:
    """Return what goes wrong at so many calls of an operation, from one on."""
    return replace(TROUBLES[fault], nth=_place(nth, on), operation=on, times=times)


def _place(nth: int, on: str) -> int:
    # there are not as many calls of one operation as of all
    return nth if on == "*" else (nth + 2) // 3
