"""Bugs in approving a plan and in holding a snapshot: what a person said, and what comes of it."""

from tests.proof.bugs.bug import Bug

PLANNING = "shared/snapkeep/jobs/planning.py"
PLAN = "shared/snapkeep/plan.py"
COMMANDS = "shared/snapkeep/commands.py"
HOLD = "shared/snapkeep/jobs/hold.py"
CHANGED = "functional/test_approve_changed.py"
REFUSED = "functional/test_approve_refused.py"

BUGS = (
    Bug(
        "a plan is approved although it has changed",
        "nothing goes but what somebody has seen in the plan that they approve",
        PLANNING,
        old="    if plan.id != command.plan_id:\n",
        new="    if False:\n",
        test=f"{CHANGED}::test_a_plan_is_refused_once_something_has_changed_that_decides",
    ),
    Bug(
        "an approval is good for ever",
        "an approval is good for a day",
        PLANNING,
        old="    if not timedelta() <= now - as_of <= MAX_PLAN_AGE:\n",
        new="    if False:\n",
        test=f"{REFUSED}::test_a_plan_can_be_approved_for_a_day",
    ),
    Bug(
        "an approval lifts the hold",
        "no approval deletes what somebody holds",
        "shared/snapkeep/gates.py",
        old='    Gate("hold", _hold),\n',
        new='    Gate("hold", _hold, approvable=True),\n',
        test=f"{CHANGED}::test_what_the_policy_file_holds_stays_whatever_is_approved",
    ),
    Bug(
        "an approval lifts the gate of the clock",
        "no approval lifts another gate than caps, released and adopted",
        "shared/snapkeep/jobs/apply.py",
        old='        return gate == "cap" and self._approval is not None\n',
        new="        return self._approval is not None\n",
        test="functional/test_approve.py::test_no_approval_lifts_the_gate_of_the_clock",
    ),
    Bug(
        "a plan that does not know its holds",
        "a hold that is set after a plan was made changes the plan",
        PLAN,
        old="        *(row.keep_until, row.hold, row.hold_until),\n",
        new="        row.keep_until,\n",
        test="unit/test_plan_bytes.py::test_whatever_decides_makes_another_id",
    ),
    Bug(
        "approvals over HTTP without the switch",
        "over HTTP a plan is approved only where an operator has switched that on",
        COMMANDS,
        old='    if not approve and data.maybe("mode", str) == "approve":\n',
        new="    if False:\n",
        test=(
            "functional/test_approve.py"
            "::test_over_http_no_plan_can_be_approved_unless_that_is_switched_on"
        ),
    ),
    Bug(
        "auto over HTTP",
        "nobody starts a run over HTTP that deletes without an approval",
        COMMANDS,
        old='    return _expire(data, ("plan", "approve"), policies)\n',
        new="    return _expire(data, MODES, policies)\n",
        test="unit/test_expire_commands.py::test_a_webhook_may_not_delete",
    ),
    Bug(
        "a hold that is taken for done",
        "a hold is said to be there only after it was read back",
        HOLD,
        old="    if different:\n",
        new="    if False:\n",
        test=(
            "functional/test_holds_meanwhile.py"
            "::test_an_edit_between_writing_and_reading_back_is_reported"
        ),
    ),
)
