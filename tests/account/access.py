"""How the cloud lets in, tells the time, and says no; these probes read and make nothing."""

import secrets
from datetime import timedelta

from snapkeep.bce.errors import AccessDenied, ApiError, NotFound, RequestExpired
from snapkeep.bce.reply import Call
from tests.account.records import Assumption, Finding, differs, holds, judged, said
from tests.account.visit import Visit

# the gate ``clock`` of a plan
_CLOSE = timedelta(minutes=2)
_LIST = Call("ListSnapshots", "GET", "/v2/snapshot", (("maxKeys", "1"),))


def signature(visit: Visit) -> Finding:
    try:
        visit.line.send(_LIST)
    except AccessDenied as error:
        return differs(said(error))
    return holds("200")


def date(visit: Visit) -> Finding:
    visit.line.send(_LIST)
    skew = visit.line.skew
    if skew is None:
        return differs("no Date that can be read")
    ahead = f"the API's clock is {skew.total_seconds():+.1f} s of this machine's"
    return judged(abs(skew) <= _CLOSE, ahead)


def wrong_signature(visit: Visit) -> Finding:
    try:
        visit.line.with_wrong_secret().send(_LIST)
    except AccessDenied as error:
        return holds(said(error))
    return differs("200: it was let in")


def clock_behind(visit: Visit) -> Finding:
    before = len(visit.line.exchanges)
    try:
        visit.line.behind(timedelta(hours=1)).send(_LIST)
    except (RequestExpired, AccessDenied) as error:
        return differs(said(error))
    statuses = [each.status for each in visit.line.exchanges[before:]]
    observed = " then ".join(map(str, statuses))
    return judged(len(statuses) == 2, observed)


def unknown_snapshot(visit: Visit) -> Finding:
    try:
        visit.line.client.snapshot(f"s-{secrets.token_hex(8)}")
    except NotFound as error:
        return holds(said(error))
    return differs("200 for an id that was made up")


def unknown_parameter(visit: Visit) -> Finding:
    plain = visit.line.send(_LIST)
    call = Call("ListSnapshots", "GET", "/v2/snapshot", (*_LIST.params, ("skcontract", "1")))
    try:
        asked = visit.line.send(call)
    except ApiError as error:
        if error.status != 400:
            raise
        return holds(said(error))
    return judged(asked.keys() == plain.keys(), f"200 with {', '.join(sorted(asked))}")


TABLE = (
    Assumption(
        "signature",
        "A request that signs host and x-bce-date alone (and a session token), for 300 seconds,"
        " is let in.",
        "BCC ojwvynrqn; Reference njwvz1yfu",
        "every call",
        signature,
    ),
    Assumption(
        "date",
        "An answer carries Date, and it is within two minutes of a clock that is right.",
        "BCC Mjwvyo6bm",
        "never a wrong delete: without it, or further apart, nothing is deleted",
        date,
    ),
    Assumption(
        "wrong-signature",
        "A wrong signature is refused with one of the codes that mean a wrong key.",
        "BCC Ojwvyo6nc; the SDKs' constants",
        "a run with a wrong key stops at once and says which remedy there is",
        wrong_signature,
    ),
    Assumption(
        "clock-behind",
        "A signature that is an hour old is refused as RequestExpired, and let in once it is made"
        " by the Date of that answer.",
        "BCC Ojwvyo6nc; DataBuilder Mmdya6ldu",
        "a machine whose clock is wrong still makes its snapshots",
        clock_behind,
    ),
    Assumption(
        "unknown-snapshot",
        "The detail of an id that does not exist is 404, with an error code.",
        "BCC Bjwvyo8dg",
        "a snapshot that is gone is told from one that cannot be read",
        unknown_snapshot,
    ),
    Assumption(
        "unknown-parameter",
        "A query parameter that the API does not know is refused with 400, or changes nothing.",
        "BCC Ojwvyo6nc (servers ignore what they do not know)",
        "the fake cloud may refuse it, so that no test rests on a parameter that was made up",
        unknown_parameter,
    ),
)
