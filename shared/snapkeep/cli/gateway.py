"""The functions behind HTTP on this machine: each request becomes the event that API Gateway sends.

Payload format 2.0 (API Gateway, "Working with AWS Lambda proxy integrations for HTTP APIs").
"""

import base64
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import waitress

HOST = "127.0.0.1"
THREADS = 8
# as the template routes them; what it has no route for is list-report's to refuse
_FUNCTION_OF = {"snapshots": "create-on-event", "expirations": "delete-expired"}
_PLAIN = ("CONTENT_TYPE", "CONTENT_LENGTH")

Call = Callable[[str, dict[str, Any]], dict[str, Any]]


def serve(call: Call, listener: socket.socket) -> None:
    """Serve until the process is told to exit.

    Args:
        call: calls a function by its name with an event, in up to ``THREADS`` threads at once.
    """
    # waitress' own limit of a body is above ours, which therefore is what a large one meets
    waitress.serve(_application(call), sockets=[listener], threads=THREADS, _quiet=True)


def _application(call: Call) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        event = read_event(environ)
        first = event["rawPath"].strip("/").partition("/")[0]
        answer = call(_FUNCTION_OF.get(first, "list-report"), event)
        status = HTTPStatus(answer["statusCode"])
        body = answer["body"].encode()
        if answer.get("isBase64Encoded"):
            body = base64.b64decode(body)
        headers = {**answer["headers"], "content-length": str(len(body))}
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [body]

    return application


def read_event(environ: WSGIEnvironment) -> dict[str, Any]:
    """Return the event of a WSGI request."""
    path = str(environ["PATH_INFO"]).encode("latin-1").decode(errors="replace")
    method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in _PLAIN
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        **_body(environ["wsgi.input"].read()),
    }
    if query:
        pairs = sorted(parse_qsl(query, keep_blank_values=True), key=itemgetter(0))
        event["queryStringParameters"] = {
            name: ",".join(value for _, value in group)
            for name, group in groupby(pairs, key=itemgetter(0))
        }
    return event


def _body(raw: bytes) -> dict[str, Any]:
    try:
        return {"body": raw.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
