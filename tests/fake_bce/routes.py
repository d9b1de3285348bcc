"""Which request is which operation: a table, fixed segments before ids."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.fake_bce import chains, machines, policies, snapshots
from tests.fake_bce.context import Context
from tests.fake_bce.errors import RefusedError, bad_request
from tests.fake_bce.wire import Json, Request

_PAGED = frozenset({"marker", "maxKeys"})
_TOKEN = frozenset({"clientToken"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One operation.

    Attributes:
        path: segments after ``/v2/``; ``{id}`` stands for any id.
        query: parameters it knows; every other one is refused.
        flag: a parameter that must be there, by which operations on one path differ.
        tokened: a clientToken makes it idempotent.
    """

    operation: str
    method: str
    path: str
    handler: Callable[[Context], Json | None]
    query: frozenset[str] = _NONE
    flag: str | None = None
    tokened: bool = False

    def match(self, request: Request) -> Mapping[str, str] | None:
        """Return the ids in the path if this route is meant, else ``None``."""
        if request.method != self.method or (self.flag and self.flag not in request.query):
            return None
        pattern = "/v2/" + self.path.replace("{id}", "(?P<id>[^/]+)")
        found = re.fullmatch(pattern, request.path)
        return found.groupdict() if found else None

    def check_query(self, request: Request) -> None:
        """Raises:
        RefusedError: BadRequest for a parameter that is unknown or given twice.
        """
        query = request.query
        unknown = sorted(query.keys() - self.query - {self.flag})
        if unknown:
            raise bad_request(f"Unknown query parameter {unknown[0]}.")
        if len({key.lower() for key, _ in request.pairs}) != len(request.pairs):
            raise bad_request("A query parameter is given twice.")


# The clientToken on the GET of chains means nothing, but the vendor's SDK sends it.
_CHAIN_QUERY = frozenset({"orderBy", "order", "pageSize", "pageNo", "volumeId"}) | _TOKEN
_ASP_QUERY = _PAGED | {"aspName", "volumeName"}

ROUTES = (
    Route("CreateSnapshot", "POST", "snapshot", snapshots.create, _TOKEN, tokened=True),
    Route("ListSnapshots", "GET", "snapshot", snapshots.list_page, _PAGED | {"volumeId"}),
    Route("ListChains", "GET", "snapshot/chain", chains.list_page, _CHAIN_QUERY),
    Route("GetSnapshot", "GET", "snapshot/{id}", snapshots.detail),
    Route("ModifySnapshot", "PUT", "snapshot/{id}", snapshots.modify, flag="modifyAttribute"),
    Route("DeleteSnapshot", "DELETE", "snapshot/{id}", snapshots.delete),
    Route("ListVolumes", "GET", "volume", machines.list_volumes, _PAGED | machines.VOLUME_QUERY),
    Route("GetVolume", "GET", "volume/{id}", machines.get_volume),
    Route(
        "ListInstances",
        "GET",
        "instance",
        machines.list_instances,
        _PAGED | machines.INSTANCE_QUERY,
    ),
    Route(
        "GetInstance",
        "GET",
        "instance/{id}",
        machines.get_instance,
        frozenset({"containsFailed"}),
    ),
    Route("CreateAutoSnapshotPolicy", "POST", "asp", policies.create, _TOKEN, tokened=True),
    Route("ListAutoSnapshotPolicies", "GET", "asp", policies.list_page, _ASP_QUERY),
    Route("UpdateAutoSnapshotPolicy", "PUT", "asp/update", policies.update, _TOKEN, tokened=True),
    Route("AttachAutoSnapshotPolicy", "PUT", "asp/{id}", policies.attach, flag="attach"),
    Route("DetachAutoSnapshotPolicy", "PUT", "asp/{id}", policies.detach, flag="detach"),
    Route("GetAutoSnapshotPolicy", "GET", "asp/{id}", policies.detail),
    Route("DeleteAutoSnapshotPolicy", "DELETE", "asp/{id}", policies.delete),
)


def find_route(request: Request) -> tuple[Route, Mapping[str, str]] | None:
    """Return the route that a request means and the ids in its path."""
    for route in ROUTES:
        args = route.match(request)
        if args is not None:
            return route, args
    return None


def no_route(request: Request) -> RefusedError:
    """The error for a request that means no operation."""
    if re.match(r"/v(?!2/)\d+/", request.path):
        return RefusedError(404, "InvalidVersion")
    return RefusedError(400, "InvalidURI")
