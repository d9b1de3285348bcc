"""Webhook secrets of other senders than the usual ones."""

import json
from dataclasses import replace
from typing import Any

from snapkeep.runtime import Runtime
from tests.world import KEYS, World

ASKED = {"policy": "predeploy"}


def sender(*secrets: tuple[str, str | None], scheme: str = "standard-webhooks") -> dict[str, Any]:
    found = [{"secret": key, **({"until": until} if until else {})} for key, until in secrets]
    asked = {} if scheme == "standard-webhooks" else {"request": ASKED}
    return {"name": "rotating", "scheme": scheme, "secrets": found, **asked}


def known(world: World, document: object, **environ: str) -> World:
    """Return the same account with functions that know the senders of another document."""
    text = document if isinstance(document, str) else json.dumps(document)
    settings, telemetry = world.runtime.settings, world.runtime.telemetry
    given = {**KEYS, "SNAPKEEP_WEBHOOK_SECRET": text, **environ}
    runtime = Runtime(settings, telemetry, environ=given, clock=world.clock, uniform=lambda: 0.5)
    return replace(world, runtimes=dict.fromkeys(world.runtimes, runtime))
