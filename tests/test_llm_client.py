"""The chat model against a scripted endpoint: every fault, over real HTTP, with small limits."""

from __future__ import annotations

import gc
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from bot.errors import REASONS, ModelError, Reason
from bot.llm.circuit_breaker import CircuitBreaker
from bot.llm.client import (
    Limits,
    Model,
    ModelMessage,
    Reply,
    Stream,
)
from bot.llm.tokens import count_tokens
from knowledge.errors import YaodianError
from tests.scripted_endpoint import (
    Request,
    ScriptedEndpoint,
    Step,
    cut,
    empty,
    endless,
    foreign,
    malformed,
    refuse,
    say,
    silent,
)

# Wide where time is not the point, so that a busy machine fails nothing; HASTY where it is.
LIMITS = Limits(connect=1.0, first_token=3.0, between=3.0, total=6.0, pause=0.02, longest=300, failures=1000)
HASTY = {"first_token": 0.3, "between": 0.2, "total": 1.0}
ASKED = (ModelMessage("system", "只说一句。"), ModelMessage("user", "多久督查一次？"))
SCHEMA = {"title": "claims", "type": "object", "properties": {"status": {"type": "string"}}}

Making = Callable[..., Model]


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint() as scripted:
        yield scripted


@pytest.fixture
def make(endpoint: ScriptedEndpoint) -> Iterator[Making]:
    """Makes models of the scripted endpoint: `make(key, clock=..., failures=...)`, the rest being limits."""
    made: list[Model] = []

    def model(key: str | None = "secret-key", clock: Any = time.monotonic, **limits: Any) -> Model:
        made.append(Model("scripted", endpoint.url, key, limits=replace(LIMITS, **limits), clock=clock))
        return made[-1]

    yield model
    for one in made:
        one.close()


@pytest.fixture
def model(make: Making) -> Model:
    return make()


class Clock:
    """A clock that stands still until it is set forward."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def fault(model: Model, schema: dict[str, Any] | None = None) -> ModelError:
    """The error of one call."""
    with pytest.raises(ModelError) as caught:
        model.complete(ASKED, schema)
    return caught.value


# Good answers


def test_an_answer_comes_whole(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = say("每半年", "一次。", before=0.05)
    reply = model.complete(ASKED)
    assert reply.text == "每半年一次。"
    assert reply.model == "scripted"
    assert (reply.usage.prompt, reply.usage.completion, reply.usage.estimated) == (7, 6, False)
    assert reply.first_token is not None
    assert 0.05 <= reply.first_token <= reply.seconds < 10


def test_what_is_sent_is_what_was_asked(endpoint: ScriptedEndpoint, model: Model) -> None:
    model.complete(ASKED)
    (request,) = endpoint.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer secret-key"
    assert request.body == {
        "model": "scripted",
        "stream": True,
        "messages": [{"role": m.role, "content": m.content} for m in ASKED],
    }


def test_an_answer_comes_piece_by_piece(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = say("每半年", "一次", "。", between=0.1)
    started, times, stream = time.monotonic(), [], model.stream(ASKED)
    for _ in stream:
        times.append(time.monotonic() - started)
    assert len(times) == 3
    assert times[2] - times[0] >= 0.15
    assert stream.reply.text == "每半年一次。"
    assert next(stream, None) is None


def test_a_stream_has_no_reply_before_its_end(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = say("每半年", "一次", between=0.15)
    with model.stream(ASKED) as stream:
        assert next(stream) == "每半年"
        with pytest.raises(RuntimeError):
            _ = stream.reply


def test_tokens_are_estimated_where_none_are_reported(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = Step("每半年一次。", usage=False)
    usage = model.complete(ASKED).usage
    assert usage.estimated
    assert usage.completion == count_tokens("每半年一次。")
    assert usage.prompt > sum(count_tokens(m.content) for m in ASKED)


def test_another_language_is_for_the_caller_to_judge(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = foreign()
    assert model.complete(ASKED).text.startswith("The documents")


def test_a_keyless_endpoint_is_asked_without_a_key(
    endpoint: ScriptedEndpoint, make: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-service")
    assert make(None).complete(ASKED).text == "好的。"
    assert endpoint.requests[0].headers["authorization"] == "Bearer none"


def test_an_answer_whose_connection_stays_open_is_still_whole(
    endpoint: ScriptedEndpoint, make: Making
) -> None:
    body = {"choices": [{"index": 0, "delta": {"content": "好"}, "finish_reason": "stop"}]}
    endpoint.script = Step(raw=json.dumps(body), cut=True)
    assert make().complete(ASKED).text == "好"


# Faults, each with its reason

FAULTS: list[tuple[Reason, Step]] = [
    ("rate", refuse(429)),
    ("server", refuse(500)),
    ("server", refuse(503)),
    ("server", malformed('{"error": {"message": "overloaded"}}')),
    ("refused", refuse(400)),
    ("refused", refuse(401)),
    ("refused", refuse(404)),
    ("refused", Step("好", finish="content_filter")),
    ("slow", silent()),
    ("slow", say("好", before=0.6)),
    ("slow", Step(("好",), before=0.6, heartbeat=0.05)),
    ("slow", say("好", "的", between=0.6)),
    ("slow", Step(("好", "的"), between=0.6, heartbeat=0.05)),
    ("timeout", say(*"要点" * 50, between=0.1)),
    ("connection", Step(status=500, raw="x", cut=True)),
    ("connection", cut()),
    ("cut", cut("每半", "年")),
    ("cut", Step("每半年", unfinished=True)),
    ("cut", Step("每半年", finish="length")),
    ("malformed", malformed()),
    ("malformed", malformed("[1]")),
    ("malformed", malformed('{"choices": [1]}')),
    ("malformed", malformed('{"choices": [{}]}')),
    ("malformed", malformed("{}")),
    ("malformed", Step("", unfinished=True)),
    ("empty", empty()),
    ("empty", say(" \n", " ")),
    ("endless", endless()),
    ("endless", say("长" * 301)),
]


def hasty(reason: Reason) -> dict[str, float]:
    """The limits under which a fault of that reason shows soon."""
    return HASTY if reason in ("slow", "timeout") else {}


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize(("reason", "step"), FAULTS)
def test_a_fault_has_its_reason(endpoint: ScriptedEndpoint, make: Making, reason: Reason, step: Step) -> None:
    endpoint.script = step
    started = time.monotonic()
    assert fault(make(**hasty(reason))).reason == reason
    assert time.monotonic() - started < 10


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize(("reason", "step"), FAULTS)
def test_a_stream_has_the_same_faults(
    endpoint: ScriptedEndpoint, make: Making, reason: Reason, step: Step
) -> None:
    endpoint.script = step
    stream = make(**hasty(reason)).stream(ASKED)
    taken(stream, reason)
    with pytest.raises(ModelError):
        _ = stream.reply
    with pytest.raises(ModelError):
        next(stream)


def test_a_dead_port_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with Model("scripted", f"http://127.0.0.1:{port}/v1", limits=LIMITS) as model:
        assert fault(model).reason == "connection"


def test_a_host_that_takes_no_connection_is_waited_for_in_vain() -> None:
    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for waiting in (first, second):  # they fill the queue, and whoever comes next gets no answer
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        limits = replace(LIMITS, connect=0.1, retries=1)
        with Model("scripted", f"http://127.0.0.1:{server.getsockname()[1]}/v1", limits=limits) as model:
            assert fault(model).reason == "connection"


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/v1", "http://"])
def test_an_address_that_is_none_is_no_connection(url: str) -> None:
    with Model("scripted", url, limits=LIMITS) as model:
        assert fault(model).reason == "connection"


def taken(stream: Stream, reason: Reason) -> list[str]:
    """The pieces of a stream that ends with that fault."""
    pieces: list[str] = []
    with pytest.raises(ModelError) as caught:
        deque(map(pieces.append, stream))
    assert caught.value.reason == reason
    return pieces


def test_pieces_before_a_fault_are_kept(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = cut("每半", "年")
    assert taken(model.stream(ASKED), "cut") == ["每半", "年"]
    assert len(endpoint.requests) == 1


def test_an_endless_answer_is_cut_at_its_longest(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = endless("要点" * 20)
    assert len("".join(taken(model.stream(ASKED), "endless"))) == LIMITS.longest
    assert endpoint.requests[0].left.wait(1)


# What an error tells


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_no_error_tells_keys_or_hosts(
    endpoint: ScriptedEndpoint, make: Making, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    endpoint.script = refuse(status, message=f"bad key secret-key at {endpoint.url}")
    error = fault(make(retries=0))
    assert (error.status, error.code) == (status, "model_failed")
    assert isinstance(error, YaodianError)
    assert str(error) == REASONS[error.reason]
    assert "secret" not in repr(error)
    assert error.__suppress_context__
    assert "secret-key" not in caplog.text


def test_every_reason_has_a_message_of_its_own() -> None:
    assert len(set(REASONS.values())) == len(REASONS) == 11
    assert all(not text.isascii() and text.endswith("。") for text in REASONS.values())


# Trying again


@pytest.mark.parametrize("step", [refuse(429), refuse(500), cut()])
def test_it_is_tried_again(endpoint: ScriptedEndpoint, model: Model, step: Step) -> None:
    endpoint.script = [step, step, say("每半年一次。")]
    assert model.complete(ASKED).text == "每半年一次。"
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("step", [refuse(400), silent(), empty(), malformed(), cut("每"), endless()])
def test_what_would_not_help_is_not_tried_again(endpoint: ScriptedEndpoint, make: Making, step: Step) -> None:
    endpoint.script = [step, say("每半年一次。")]
    fault(make(**HASTY))
    assert len(endpoint.requests) == 1


def test_it_is_tried_again_only_so_often(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = refuse(500)
    fault(make(retries=1))
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    "header", ["0.4", formatdate(time.time() + 3600, usegmt=True), "30"], ids=["soon", "date", "late"]
)
def test_retry_after_is_honoured_within_the_total(
    endpoint: ScriptedEndpoint, model: Model, header: str
) -> None:
    endpoint.script = [refuse(429, retry_after=header), say("好。")]
    started = time.monotonic()
    if header == "0.4":
        assert model.complete(ASKED).text == "好。"
        assert endpoint.requests[1].arrived - endpoint.requests[0].arrived >= 0.4
    else:
        assert fault(model).reason == "rate"
        assert time.monotonic() - started < 10
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "1e999", ""])
def test_a_retry_after_that_means_nothing_is_passed_over(
    endpoint: ScriptedEndpoint, model: Model, header: str
) -> None:
    endpoint.script = [refuse(429, retry_after=header), say("好。")]
    assert model.complete(ASKED).text == "好。"


def test_all_attempts_share_one_total(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = Step(status=500, raw="x", before=0.5)
    started = time.monotonic()
    assert fault(make(total=0.8, retries=19)).reason in ("timeout", "server")
    assert time.monotonic() - started < 5  # twenty attempts take ten seconds


# The breaker


def test_after_failures_in_a_row_the_model_is_left_alone(endpoint: ScriptedEndpoint, make: Making) -> None:
    clock = Clock()
    model = make(clock=clock, failures=3, rest=30.0, retries=0)
    endpoint.script = refuse(500)
    assert [fault(model).reason for _ in range(5)] == ["server"] * 3 + ["open"] * 2
    assert len(endpoint.requests) == 3
    clock.now += 29.9
    assert fault(model).reason == "open"
    clock.now += 0.2
    assert fault(model).reason == "server"  # the one trial, which fails
    assert fault(model).reason == "open"
    clock.now += 30.1
    endpoint.script = say("好。")
    assert model.complete(ASKED).text == "好。"
    endpoint.script = refuse(500)
    assert [fault(model).reason for _ in range(4)] == ["server"] * 3 + ["open"]


def test_an_answer_wipes_the_failures_out(endpoint: ScriptedEndpoint, make: Making) -> None:
    model = make(failures=2, retries=0)
    endpoint.script = [refuse(500), say("好。"), refuse(500), say("好。")]
    assert fault(model).reason == "server"
    model.complete(ASKED)
    assert fault(model).reason == "server"
    assert model.complete(ASKED).text == "好。"


def test_refusals_and_given_up_calls_open_nothing(endpoint: ScriptedEndpoint, make: Making) -> None:
    model = make(failures=1, retries=0)
    endpoint.script = [refuse(400), say("好", "的", between=0.15), say("好。")]
    assert fault(model).reason == "refused"
    with model.stream(ASKED) as stream:
        next(stream)
    assert model.complete(ASKED).text == "好。"


def test_half_open_lets_one_try_at_a_time() -> None:
    clock = Clock()
    breaker = CircuitBreaker(1, 10, clock)
    assert breaker.enter()
    breaker.fail()
    assert not breaker.enter()
    clock.now += 10
    assert [breaker.enter(), breaker.enter()] == [True, False]
    breaker.leave()
    assert [breaker.enter(), breaker.enter()] == [True, False]
    breaker.succeed()
    assert breaker.enter()
    assert breaker.enter()


# Structured output


def form_of(request: Request) -> Any:
    return request.body.get("response_format")


def test_a_schema_is_asked_for(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = say('{"status":', ' "answered"}')
    assert json.loads(model.complete(ASKED, SCHEMA).text) == {"status": "answered"}
    assert form_of(endpoint.requests[0]) == {
        "type": "json_schema",
        "json_schema": {"name": "claims", "schema": SCHEMA, "strict": True},
    }
    assert model.structured


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refused_schema_is_left_out_from_then_on(
    endpoint: ScriptedEndpoint, model: Model, status: int
) -> None:
    endpoint.script = lambda request: refuse(status) if form_of(request) else say("陈述[1.1]")
    assert model.complete(ASKED, SCHEMA).text == "陈述[1.1]"
    assert model.complete(ASKED, SCHEMA).text == "陈述[1.1]"
    assert [bool(form_of(request)) for request in endpoint.requests] == [True, False, False]
    assert not model.structured


def test_an_answer_that_is_no_json_is_kept_and_remembered(endpoint: ScriptedEndpoint, model: Model) -> None:
    endpoint.script = say("陈述[1.1]")
    assert model.complete(ASKED, SCHEMA).text == "陈述[1.1]"
    model.complete(ASKED, SCHEMA)
    assert [bool(form_of(request)) for request in endpoint.requests] == [True, False]


def test_a_request_refused_either_way_says_nothing_of_schemas(
    endpoint: ScriptedEndpoint, model: Model
) -> None:
    endpoint.script = refuse(400)
    assert fault(model, SCHEMA).reason == "refused"
    assert len(endpoint.requests) == 2
    assert model.structured


def test_a_fault_after_a_refused_schema_is_tried_again_without_it(
    endpoint: ScriptedEndpoint, model: Model
) -> None:
    endpoint.script = [refuse(400), refuse(500), say("陈述[1.1]")]
    assert model.complete(ASKED, SCHEMA).text == "陈述[1.1]"
    assert [bool(form_of(request)) for request in endpoint.requests] == [True, False, False]


@pytest.mark.parametrize("step", [refuse(500), refuse(401), silent()])
def test_another_fault_says_nothing_of_schemas(endpoint: ScriptedEndpoint, make: Making, step: Step) -> None:
    endpoint.script = step
    model = make(first_token=0.5, retries=0)
    fault(model, SCHEMA)
    assert len(endpoint.requests) == 1
    assert model.structured


# Cancelling


@pytest.mark.parametrize("step", [say("好", "的", between=2), endless(between=0.01), say("好", "的")])
def test_a_closed_stream_cancels_the_request(endpoint: ScriptedEndpoint, make: Making, step: Step) -> None:
    endpoint.script = step
    stream = make(longest=100_000).stream(ASKED)
    assert next(stream)
    stream.close()
    stream.close()
    rest = list(stream)
    assert len(rest) < 50
    assert endpoint.requests[0].done.wait(1)
    if step.between:  # an answer that is given at once may be over before it is cancelled
        assert endpoint.requests[0].left.is_set()


def test_a_stream_closed_by_another_thread_ends(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = silent()
    stream = make(first_token=60.0, total=60.0).stream(ASKED)
    threading.Timer(0.1, stream.close).start()
    started = time.monotonic()
    assert list(stream) == []
    assert time.monotonic() - started < 10
    assert endpoint.requests[0].left.wait(1)
    with pytest.raises(ModelError):
        _ = stream.reply


def test_a_stream_closed_at_once_sends_little_or_nothing(endpoint: ScriptedEndpoint, model: Model) -> None:
    model.complete(ASKED)
    endpoint.script = silent()
    stream = model.stream(ASKED)
    stream.close()
    assert list(stream) == []
    assert all(request.done.wait(1) for request in endpoint.requests)


@pytest.mark.slow
def test_a_dropped_stream_cancels_the_request(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = say("好", "的", between=3)
    stream = make(between=5.0, total=5.0).stream(ASKED)
    assert next(stream) == "好"
    del stream
    gc.collect()
    assert endpoint.requests[0].left.wait(1)


@pytest.mark.parametrize("step", [silent(), say("好", "的", between=3), say(*"要点" * 50, between=0.1)])
def test_a_deadline_cancels_the_request(endpoint: ScriptedEndpoint, make: Making, step: Step) -> None:
    endpoint.script = step
    assert fault(make(**HASTY)).reason in ("slow", "timeout")
    assert endpoint.requests[0].left.wait(1)


def test_closing_a_model_ends_what_is_under_way(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = [silent(), say("好。")]
    model = make(first_token=5.0, total=5.0)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(fault, model)
        while not endpoint.requests:
            time.sleep(0.01)
        model.close()
        assert waiting.result(1).reason == "cut"
    assert model.complete(ASKED).text == "好。"


@pytest.mark.slow
def test_a_dropped_model_leaves_no_thread(endpoint: ScriptedEndpoint) -> None:
    model = Model("scripted", endpoint.url, limits=LIMITS)
    assert model.complete(ASKED).text == "好的。"
    before = threading.active_count()
    del model
    gc.collect()
    assert threading.active_count() < before


# Many at once, and nobody else


def test_threads_do_not_mix(endpoint: ScriptedEndpoint, make: Making) -> None:
    endpoint.script = lambda request: say(*request.text, between=0.002)
    model = make(first_token=5.0, between=5.0, total=10.0)

    def ask(n: int) -> Reply:
        return model.complete([ModelMessage("user", f"第{n}问")])

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(ask, range(48)))
    assert [reply.text for reply in replies] == [f"第{n}问" for n in range(48)]


def test_some_fail_while_others_do_not(endpoint: ScriptedEndpoint, make: Making) -> None:
    def step(request: Request) -> Step:
        return silent() if "坏" in request.text else say("好。")

    endpoint.script = step
    model = make(first_token=1.0)

    def ask(text: str) -> str:
        try:
            return model.complete([ModelMessage("user", text)]).text
        except ModelError as error:
            return error.reason

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(ask, ["坏", "好"] * 5)) == ["slow", "好。"] * 5


def test_a_redirect_leads_nowhere(endpoint: ScriptedEndpoint, model: Model) -> None:
    with ScriptedEndpoint() as other:
        endpoint.script = Step(status=307, headers={"Location": f"{other.url}/chat/completions"}, raw="")
        assert fault(model).reason == "refused"
        assert other.requests == []


def test_nothing_is_told_to_a_tracing_service(
    endpoint: ScriptedEndpoint, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedEndpoint() as tracing:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracing.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        assert model.complete(ASKED).text == "好的。"
        time.sleep(0.3)  # traces are sent from a thread, after the answer
        assert tracing.requests == []


def test_the_environment_of_others_changes_nothing(
    endpoint: ScriptedEndpoint, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1/v1")
    assert model.complete(ASKED).text == "好的。"


def test_importing_and_making_a_model_loads_nothing_heavy() -> None:
    heavy = {"openai", "langchain_openai", "langchain_core", "httpx2", "httpx", "tiktoken", "langsmith"}
    program = (
        "import sys, threading; from bot.llm.client import Model\n"
        "Model('m', 'http://127.0.0.1:9', 'k').close();"
        f"print(*({heavy!r} & sys.modules.keys()), threading.active_count())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1"]
