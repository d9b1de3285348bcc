"""Looks for keys, signing keys and signatures in everything that a test run writes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.fake_bce import SECRET_ACCESS_KEY
from tests.fake_bce.signing import SEEN
from tests.senders import SECRETS

_AUTHORIZATION = re.compile(r"bce-auth-v1/[^/\s]+/[^/\s]+/\d+/[^/\s]*/[0-9a-f]{64}")
_HEX = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(slots=True)
class Canary:
    """What was searched, and where a secret was found; the secret itself is never repeated.

    The cloud's own side computes every signing key and signature that any client of this process
    must have used, which is how their values are known.
    """

    searched: int = 0
    leaks: list[str] = field(default_factory=list)
    elsewhere: int = 0

    @property
    def keys(self) -> int:
        """How many signing keys and signatures are known, here and in other processes."""
        return len(SEEN) + self.elsewhere

    def take(self, searched: int, keys: int, leaks: Iterable[str]) -> None:
        """Add what another process has searched."""
        self.searched += searched
        self.elsewhere += keys
        self.leaks.extend(leaks)

    def search(self, where: str, text: str) -> None:
        """Search one output."""
        self.searched += bool(text)
        if SECRET_ACCESS_KEY in text:
            self.leaks.append(f"{where}: the secret key")
        if any(secret in text for secret in SECRETS):
            self.leaks.append(f"{where}: a webhook secret")
        if _AUTHORIZATION.search(text):
            self.leaks.append(f"{where}: an Authorization value")
        if not SEEN.isdisjoint(_HEX.findall(text)):
            self.leaks.append(f"{where}: a signing key or a signature")
