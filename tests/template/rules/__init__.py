"""What the template has to hold, each as a function from a template to what is wrong with it.

So a rule can be shown a template that breaks it; tests/template/test_rules.py does so with each.
"""

from collections.abc import Callable, Iterator

from tests.template.reading import Template
from tests.template.rules import access, running, watching

Rule = Callable[[Template], Iterator[str]]

RULES: tuple[Rule, ...] = (
    running.timeouts_are_stated,
    running.concurrency_is_reserved,
    running.failed_runs_are_kept,
    running.queues_give_up_into_a_queue,
    running.messages_stay_hidden_while_they_are_worked_on,
    running.messages_wait_for_a_person,
    running.what_cannot_be_handed_over_is_kept,
    running.there_is_one_door,
    running.routes_are_spelled_out,
    running.the_door_is_throttled,
    access.roles_are_not_shared,
    access.no_policy_is_managed_elsewhere,
    access.nothing_is_allowed_by_wildcard,
    access.functions_do_nothing_else,
    access.functions_read_their_own_secrets,
    access.functions_write_where_they_belong,
    access.keys_are_used_through_a_service,
    access.services_are_let_in_by_source,
    access.environments_hold_no_secret,
    access.data_is_encrypted,
    watching.logs_end,
    watching.functions_log_to_a_group_of_their_own,
    watching.the_access_log_shows_no_secret,
    watching.runs_are_watched,
    watching.executions_are_watched,
    watching.durations_are_shares_of_the_timeouts,
    watching.given_up_events_are_watched,
    watching.disks_are_watched,
    watching.alarms_tell_somebody,
)
