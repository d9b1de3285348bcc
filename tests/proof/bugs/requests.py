"""Bugs at the door: who may ask, what of a request is believed, and what is answered."""

from tests.proof.bugs.bug import Bug

SIGNATURES = "shared/snapkeep/signatures.py"
AUTHENTICATION = "shared/snapkeep/authentication.py"
WEBHOOK = "shared/snapkeep/webhook.py"
EVENTS = "shared/snapkeep/webhook_events.py"
APP = "functions/create_on_event/app.py"
STRANGERS = "functional/hostile/test_signatures.py"
REPLAYS = "functional/hostile/test_replays.py"
GITHUB_ID = "    hashed = event_hash(Source.WEBHOOK, Scheme.GITHUB, signed)\n"

BUGS = (
    Bug(
        "a signature is not compared",
        "until a signature holds nothing is asked of the cloud",
        SIGNATURES,
        old="return sum(hmac.compare_digest(expected, each) for each in self.candidates) > 0",
        new="return bool(expected)",
        test=STRANGERS,
    ),
    Bug(
        "GitHub's signature is not compared",
        "until a signature holds nothing is asked of the cloud",
        SIGNATURES,
        old="        return hmac.compare_digest(sign_hub(key, content).encode(), self.digest)\n",
        new="        return True\n",
        test=STRANGERS,
    ),
    Bug(
        "the secret of a URL is not compared",
        "a URL opens only with its secret",
        SIGNATURES,
        old="        return hmac.compare_digest(key, self.segment)\n",
        new="        return True\n",
        test=STRANGERS,
    ),
    Bug(
        "signatures of any age",
        "a captured request opens nothing once five minutes have passed",
        SIGNATURES,
        old="        if abs(ahead) > TOLERANCE:\n",
        new="        if ahead > TOLERANCE:\n",
        test=f"{REPLAYS}::test_what_is_sent_again_too_late_is_refused",
    ),
    Bug(
        "a link without an end",
        "a link to the report opens it until it expires",
        SIGNATURES,
        old="        if not now < ends <= now + LONGEST_LINK:\n",
        new="        if False:\n",
        test="delivery/test_links.py::test_a_link_opens_until_it_expires",
    ),
    Bug(
        "a secret that was replaced",
        "a secret that was replaced lets nobody in once its time is over",
        AUTHENTICATION,
        old="if each[2].until is None or now < each[2].until]",
        new="]",
        test=(
            "functional/hostile/test_rotation.py"
            "::test_a_replaced_secret_is_taken_until_its_time_and_no_longer"
        ),
    ),
    Bug(
        "a key of one scheme opens another",
        "what one kind of sender signs never passes for another's",
        AUTHENTICATION,
        old="            if sender.scheme is self.scheme\n",
        new="",
        test="unit/test_authentication.py::test_each_route_looks_at_one_scheme_alone",
    ),
    Bug(
        "GitHub's signature where it may delete",
        "a signature without a time opens nothing that can delete or read",
        AUTHENTICATION,
        old='request.route == SNAPSHOTS_ROUTE and "x-hub-signature-256" in request.headers',
        new='"x-hub-signature-256" in request.headers',
        test="unit/test_authentication.py::test_each_route_looks_at_one_scheme_alone",
    ),
    Bug(
        "GitHub's delivery tells the event",
        "a header that nobody signs does not make another event of the same body",
        EVENTS,
        old=GITHUB_ID,
        new=GITHUB_ID.replace(
            "signed)", 'message.request.headers.get("x-github-delivery", "") or signed)'
        ),
        test=f"{REPLAYS}::test_what_is_sent_ten_times_more_has_the_same_snapshots",
    ),
    Bug(
        "the time of a signature tells the event",
        "a sender that signs again asks for the same snapshot",
        EVENTS,
        old="    hashed = event_hash(Source.WEBHOOK, message.id)\n",
        new=(
            '    signed_at = message.request.headers.get("webhook-timestamp", "")\n'
            "    hashed = event_hash(Source.WEBHOOK, message.id, signed_at)\n"
        ),
        test=f"{REPLAYS}::test_what_is_sent_ten_times_more_has_the_same_snapshots",
        by_proof=True,
    ),
    Bug(
        "the path of a wrong secret",
        "no error repeats a secret, in whatever wrong place it stands",
        "shared/snapkeep/senders.py",
        old='".".join(p if _KEYS.fullmatch(p) else "(hidden)" for p in error.path.split("."))',
        new="error.path",
        test="unit/test_senders.py::test_a_wrong_document_is_refused_by_its_field",
    ),
    Bug(
        "a failure is answered as accepted",
        "202 says that every disk has the id of its snapshot",
        APP,
        old="    if is_accepted(outcomes):\n",
        new="    if True:\n",
        test=(
            "functional/test_webhooks.py"
            "::test_a_disk_without_its_id_is_answered_503_and_the_same_event_continues"
        ),
    ),
)
