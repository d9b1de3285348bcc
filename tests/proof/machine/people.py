"""What people do beside snapkeep, in the console, the policy file and at a terminal."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from snapkeep.errors import InvalidInput, SnapkeepError
from snapkeep.identity import Identity, cron_event
from snapkeep.jobs.hold import set_hold
from snapkeep.model import Source, iso
from tests.fake_bce.rows import SnapshotRow
from tests.proof.machine.ledger import require
from tests.proof.machine.surroundings import DAY, Surroundings, picks
from tests.proof.machine.trouble import times, trouble, troubles

KINDS = ["plain", "auto", "copy", "namesake", "abroad"]


class People(Surroundings):
    """Who holds, edits, deletes, copies, and writes the policy file."""

    @rule(pick=picks, days=st.integers(0, 2))
    def hold_in_console(self, pick: int, days: int) -> None:
        """Somebody who knows the marker writes the hold into it; 0 days is for good."""
        if (row := self._pick(pick)) and " id=" in row.desc and " hold=" not in row.desc:
            until = f" hold_until={iso(self.judged.clock.true.now() + days * DAY)}" if days else ""
            row.desc = row.desc.replace(" id=", f" hold=audit{until} id=")
            self.judged.enter(row.id)

    @rule(pick=picks, days=st.integers(0, 2))
    def hold(self, pick: int, days: int) -> None:
        self._set_hold(pick, "audit 2026", days)

    @rule(pick=picks, nth=st.integers(1, 3), fault=troubles, times=times)
    def hold_in_trouble(self, pick: int, nth: int, fault: str, times: int) -> None:
        self.script(trouble(nth, "*", fault, times))
        self._set_hold(pick, "audit 2026", 0)
        self.judged.world.cloud.faults.clear()

    @rule(pick=picks)
    def release_hold(self, pick: int) -> None:
        self._set_hold(pick, None, 0)

    @rule(pick=picks)
    def rename(self, pick: int) -> None:
        if row := self._pick(pick):
            row.name = "before-upgrade"
            self._edited(row)

    @rule(pick=picks, word=st.sampled_from(["", "policy=", "event=", "volume=v-"]))
    def edit_marker(self, pick: int, word: str) -> None:
        """Somebody changes a word of the marker, or replaces the whole of it."""
        if row := self._pick(pick):
            row.desc = row.desc.replace(word, f"{word}x") if word else "checked"
            self._edited(row)

    @rule(pick=picks)
    def make_image(self, pick: int) -> None:
        """A snapshot becomes part of an image."""
        if row := self._pick(pick):
            row.template_id = "m-fakeimg1"

    @rule(pick=picks)
    def delete_by_hand(self, pick: int) -> None:
        row = self._pick(pick)
        if row and row.status in {"Available", "CreatedFailed"}:
            self.store.drop_snapshot(row.id)
            self.lose(row)
            self.judged.enter(row.id)

    @rule(pick=picks, disk=picks, kind=st.sampled_from(KINDS))
    def add_foreign(self, pick: int, disk: int, kind: str) -> None:
        """Somebody makes a snapshot: one with the name and the marker of ours, of another disk, or
        one with its name alone; or it comes from another region, where it was ours."""
        like = self._pick(pick)
        marker = like.desc if like and kind == "copy" else ""
        others = [each for each in self.store.volumes if f"volume={each} " not in marker]
        if not others:
            return
        where, made_at = others[disk % len(others)], self.judged.clock.true.now() - 3 * DAY
        name = like.name if like and kind in {"copy", "namesake"} else "by-hand"
        if kind == "abroad":
            slot = made_at.replace(microsecond=0)
            there = Identity("gz", "nightly", where, Source.CRON, slot, cron_event("nightly", slot))
            name, marker = there.name(), there.desc()
        method = "auto" if kind == "auto" else "MANUAL"
        options: dict[str, Any] = {"desc": marker, "create_method": method, "created": made_at}
        self.judged.enter(self.store.add_snapshot(where, name, **options))

    @rule(
        last=st.integers(1, 3),
        daily=st.integers(0, 3),
        ad_hoc_days=st.integers(1, 3),
        nightly=st.sampled_from(["on", "on", "on", "off", "gone"]),
    )
    def edit_policies(self, last: int, daily: int, ad_hoc_days: int, nightly: str) -> None:
        policies = self.reference.policies
        policies.last, policies.daily = last, daily
        policies.ad_hoc_days, policies.nightly = ad_hoc_days, nightly
        self._write_policies()

    @rule(pick=picks)
    def hold_in_policy_file(self, pick: int) -> None:
        if row := self._pick(pick):
            self.reference.policies.held = [row.id]
            self._write_policies()

    def _set_hold(self, pick: int, reason: str | None, days: int) -> None:
        """Hold a snapshot as ``snapkeep hold`` does, or release it."""
        row = self._pick(pick)
        if row is None:
            return
        before, is_ours, now = row.desc, self.reference.is_ours(row), self.judged.clock.now()
        client, until = self.judged.world.client("bj"), now + days * DAY if days else None
        may_fail = False
        try:
            set_hold([client], row.id, reason=reason, until=until, now=now)
        except InvalidInput:
            require(not is_ours, "ours could not be held", row.id)
            return
        except SnapkeepError:
            # then it is held or not, and somebody has to look
            may_fail = row.desc == before
        self.judged.enter(row.id)
        is_done = (" hold=" in row.desc) is (reason is not None)
        require(is_done or may_fail, "a hold is not as asked for", row.id, row.desc)
        require(is_ours is self.reference.is_ours(row), "a hold edits", row.id, row.desc)

    def _edited(self, row: SnapshotRow) -> None:
        self.judged.enter(row.id)
        origin = self.reference.origins.get(row.id)
        if origin and row.name != origin.name and not row.desc.startswith("snapkeep/"):
            self.lose(row)

    def _write_policies(self) -> None:
        self.judged.world = self.judged.world.beside(self.reference.policies.text())
