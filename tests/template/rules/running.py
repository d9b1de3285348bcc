"""How long and how often things run, where what fails goes, and the door from outside."""

from collections.abc import Iterator
from typing import Any

from tests.template.reading import QUEUE, SCHEDULE, Template, as_list, functions, resources, target

# Lambda's own, which a function has that states none
DEFAULT_TIMEOUT = 3
LONGEST_RUN = 900
FEW_AT_ONCE, MOST_AT_ONCE = 5, 20
FOUR_DAYS, FOURTEEN_DAYS = 345_600, 1_209_600


def limits(given: Template, value: Any) -> tuple[float, float]:
    """Return a number and the greatest that an operator may choose; zero where there is none."""
    if isinstance(value, dict):
        parameter = given["Parameters"][target(value)]
        return parameter.get("Default", 0), parameter.get("MaxValue", float("inf"))
    return value or 0, value or 0


def timeouts_are_stated(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        if not DEFAULT_TIMEOUT < function.get("Timeout", DEFAULT_TIMEOUT) <= LONGEST_RUN:
            yield f"{name}: no timeout of its own"


def concurrency_is_reserved(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        usual, most = limits(given, function.get("ReservedConcurrentExecutions"))
        if not (1 <= usual <= FEW_AT_ONCE and most <= MOST_AT_ONCE):
            yield f"{name}: {usual} at once, at most {most}"
    if functions(given)["DeleteExpiredFunction"].get("ReservedConcurrentExecutions") != 1:
        yield "DeleteExpiredFunction: more than one deleter at a time"


def failed_runs_are_kept(given: Template) -> Iterator[str]:
    """An asynchronous run that fails for good ends in a queue; Lambda takes no FIFO queue."""
    queues = resources(QUEUE, given)
    for name, function in functions(given).items():
        config = function.get("EventInvokeConfig", {})
        failures = target(
            config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        )
        own = name.replace("Function", "Failures")
        if failures != own or own not in queues or "FifoQueue" in queues[own]:
            yield f"{name}: failed runs go to {failures}"
        if config.get("MaximumEventAgeInSeconds", 0) < 3600:
            yield f"{name}: gives up within the hour"


def sources(given: Template) -> Iterator[tuple[str, str]]:
    """Yield every function that takes from a queue, with the queue."""
    for name, function in functions(given).items():
        for event in function["Events"].values():
            if event["Type"] == "SQS":
                yield name, target(event["Properties"]["Queue"])


def queues_give_up_into_a_queue(given: Template) -> Iterator[str]:
    queues = resources(QUEUE, given)
    for _, queue in sources(given):
        redrive = queues[queue].get("RedrivePolicy", {})
        dead = queues.get(target(redrive.get("deadLetterTargetArn")), {})
        if not redrive.get("maxReceiveCount") or dead.get("FifoQueue") is not True:
            yield f"{queue}: what cannot be done comes back until it is lost"


def messages_stay_hidden_while_they_are_worked_on(given: Template) -> Iterator[str]:
    for name, queue in sources(given):
        hidden = resources(QUEUE, given)[queue].get("VisibilityTimeout", 30)
        if hidden < 6 * functions(given)[name]["Timeout"]:
            yield f"{queue}: given out again while {name} may still work on it"


def messages_wait_for_a_person(given: Template) -> Iterator[str]:
    for name, queue in resources(QUEUE, given).items():
        if not FOUR_DAYS < queue.get("MessageRetentionPeriod", FOUR_DAYS) <= FOURTEEN_DAYS:
            yield f"{name}: gone after a long weekend"


def what_cannot_be_handed_over_is_kept(given: Template) -> Iterator[str]:
    """Neither Scheduler nor a rule writes to a FIFO queue when it gives up."""
    queues = resources(QUEUE, given)
    schedules = resources(SCHEDULE, given).items()
    sinks = [(name, schedule["Target"]) for name, schedule in schedules]
    for name, rule in resources("AWS::Events::Rule", given).items():
        sinks += [(name, sink) for sink in as_list(rule["Targets"])]
    for name, sink in sinks:
        retry, dead = (
            sink.get("RetryPolicy", {}),
            target(sink.get("DeadLetterConfig", {}).get("Arn")),
        )
        if not (0 < retry.get("MaximumEventAgeInSeconds", 86_400) <= 3600):
            yield f"{name}: tried again for too long"
        if not retry.get("MaximumRetryAttempts"):
            yield f"{name}: not tried again"
        if dead not in queues or "FifoQueue" in queues[dead]:
            yield f"{name}: what it cannot hand over goes to {dead}"


def there_is_one_door(given: Template) -> Iterator[str]:
    """A function URL would be a second way in, without the API's throttling."""
    yield from (f"{name}: a function URL" for name in resources("AWS::Lambda::Url", given))
    for name, function in functions(given).items():
        if "FunctionUrlConfig" in function:
            yield f"{name}: a function URL"
        for event in function["Events"].values():
            if event["Type"] not in {"SQS", "HttpApi"}:
                yield f"{name}: started by {event['Type']}"
            elif event["Type"] == "HttpApi" and target(event["Properties"].get("ApiId")) != "Api":
                yield f"{name}: an API that states no limits"


def routes_are_spelled_out(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        for event in function["Events"].values():
            route = event["Properties"]
            if event["Type"] != "HttpApi":
                continue
            if route.get("Method") not in {"GET", "POST"} or "+" in route.get("Path", "+"):
                yield f"{name}: a route that takes anything"
            if route.get("TimeoutInMillis", 30_000) >= 30_000:
                yield f"{name}: an answer that comes after the caller hung up"


def the_door_is_throttled(given: Template) -> Iterator[str]:
    for name, api in resources("AWS::Serverless::HttpApi", given).items():
        settings = api.get("DefaultRouteSettings", {})
        for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
            usual, most = limits(given, settings.get(limit))
            if not (1 <= usual <= 10 and most <= 100):
                yield f"{name}: {limit} of {usual}, at most {most}"
