"""Bugs in asking the cloud: retries, the time that is left, answers, and what an error says."""

from tests.proof.bugs.bug import Bug

ERRORS = "shared/snapkeep/bce/errors.py"
REPLY = "shared/snapkeep/bce/reply.py"
TRANSPORT = "shared/snapkeep/bce/transport.py"
RETRY = "client/test_retry.py"
RATE = "shared/snapkeep/bce/retry.py"
REPLIES = "client/test_replies.py"

BUGS = (
    Bug(
        "a refusal of the key is the state of a row",
        "a key without the right stops the run, and does not pass for a row that is busy",
        ERRORS,
        old='    ("|".join(_ACCESS_CODES), AccessDenied),\n',
        new='    ("|".join(_ACCESS_CODES), InvalidState),\n',
        test="functional/test_expire_errors.py::test_the_run_is_stopped_by",
    ),
    Bug(
        "a 5xx is a refusal",
        "what the cloud did before it answered 5xx is not known",
        ERRORS,
        old="    fallback = ServerError if status >= 500 else",
        new="    fallback = ServerError if status == 500 else",
        test=(
            "functional/test_create_verify.py"
            "::test_an_unknown_outcome_that_turns_out_to_be_creating_is_pending_with_its_id"
        ),
    ),
    Bug(
        "retries without a budget",
        "an outage is not answered by a storm of retries",
        TRANSPORT,
        old="        if wait >= deadline.remaining or not self._budget.take(cost):\n",
        new="        if wait >= deadline.remaining:\n",
        test=f"{RETRY}::test_an_empty_budget_ends_the_retries",
    ),
    Bug(
        "retries past the deadline",
        "no wait is begun that would end after the time is up",
        TRANSPORT,
        old="        if wait >= deadline.remaining or not self._budget.take(cost):\n",
        new="        if not self._budget.take(cost):\n",
        test=f"{RETRY}::test_no_wait_is_begun_that_would_end_past_the_deadline",
    ),
    Bug(
        "a body in drips outlives the deadline",
        "no answer takes longer than the time that is left",
        TRANSPORT,
        old="            if deadline.remaining <= 0:\n                raise",
        new="            if deadline.remaining <= -60:\n                raise",
        test=(
            "client/test_deadline.py"
            "::test_a_dripping_body_is_left_at_the_first_piece_past_the_deadline"
        ),
    ),
    Bug(
        "a redirect is a success",
        "an answer of another address, or that points to one, is none",
        REPLY,
        old="    if 300 <= status < 400:\n",
        new="    if False:\n",
        test=f"{REPLIES}::test_every_3xx_is_refused",
    ),
    Bug(
        "the cloud's words as they are",
        "no error repeats a secret, even if the cloud does",
        REPLY,
        old='        text = text.replace(secret, "[secret]") if secret else text\n',
        new="        pass\n",
        test="client/test_errors.py::test_what_an_error_body_echoes_of_ours_is_taken_out",
    ),
    Bug(
        "keys for any host",
        "keys are sent to the cloud's own hosts over TLS, and to this machine",
        "shared/snapkeep/bce/endpoint.py",
        old="    if plain and (local or cloud):\n",
        new="    if plain:\n",
        test="client/test_endpoint.py::test_any_other_endpoint_is_refused_with_the_remedy",
    ),
    Bug(
        "a 429 leaves the rate as it is",
        "what the cloud finds too fast is asked for more slowly",
        RATE,
        old="                self._rate = max(self._rate / 2, min(self.LEAST, self._most))\n",
        new="",
        test="client/test_adaptive_rate.py::test_a_refused_request_halves_the_rate_down_to_the_least",
    ),
    Bug(
        "a rate that was once too fast stays slow",
        "after a minute without a 429 the rate becomes what is set",
        RATE,
        old="                self._refused = self._most\n",
        new="                pass\n",
        test=(
            "client/test_adaptive_rate.py"
            "::test_after_a_minute_without_a_refusal_the_rate_is_soon_what_is_set"
        ),
    ),
    Bug(
        "the last shard is one too few",
        "every disk is in exactly one shard",
        "shared/snapkeep/shards.py",
        old='"big") % self.count == self.index',
        new='"big") % (self.count + 1) == self.index',
        test="unit/test_shards.py::test_every_disk_is_in_exactly_one_shard",
    ),
)
