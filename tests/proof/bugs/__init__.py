"""The planted bugs: what a proof has to see before its zeros mean anything."""

from tests.proof.bugs import (
    answers,
    approving,
    creating,
    deleting,
    gates,
    identity,
    judging,
    lists,
    reporting,
    requests,
)
from tests.proof.bugs.bug import Bug

BUGS: tuple[Bug, ...] = (
    *identity.BUGS,
    *creating.BUGS,
    *lists.BUGS,
    *answers.BUGS,
    *judging.BUGS,
    *gates.BUGS,
    *deleting.BUGS,
    *approving.BUGS,
    *requests.BUGS,
    *reporting.BUGS,
)
