"""The web chat: a Gradio page over the assistant. The only file that imports gradio."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from bot.answers.answer import Answer
from bot.answers.examples import examples
from bot.assistant import Assistant
from bot.web import assets as page
from bot.web import document_view as reading
from bot.web import transcript as talk
from bot.web.scope_picker import (
    FIELDS,
    choices,
    chosen,
    line,
)
from bot.web.transcript import Talk
from knowledge.errors import YaodianError
from knowledge.items import Document
from knowledge.scope import Scope

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Send
    from starlette.types import Scope as Connection

_logger = logging.getLogger(__name__)
_FONTS = ("PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
_OWN_SERVER_ONLY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)


def mount(app: FastAPI, assistant: Assistant) -> FastAPI:
    """The application with the web chat at /, behind the routes it already has."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    app.add_middleware(Guard)
    blocks = _build(gr, assistant)
    blocks.queue(max_size=64, default_concurrency_limit=8, api_open=False)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        ssr_mode=False,
        theme=_theme(gr),
        head=page.head(),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
    )
    return app


class Guard:
    """Middleware: nobody uploads files, and the page reaches no other server than its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.rstrip("/").endswith("/gradio_api/upload"):
            await PlainTextResponse("不接受上传文件。", 403)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start" and path == "/":
                message["headers"] = [*message["headers"], (b"content-security-policy", _OWN_SERVER_ONLY)]
            await send(message)

        await self.app(scope, receive, send_guarded)


def _theme(gr: Any) -> Any:
    """The look of Gradio's own controls: system fonts, deep red, warm greys."""
    red = gr.themes.Color(
        "#fdf4f3", "#fbe6e4", "#f5cdc9", "#e9a59e", "#d5746b", "#b94a42",
        "#9a1f1f", "#831a1a", "#6d1717", "#551313", "#350b0b",
    )  # fmt: skip
    fonts = [*_FONTS, "system-ui", "sans-serif"]
    return gr.themes.Base(primary_hue=red, neutral_hue="stone", font=fonts, font_mono=fonts, text_size="lg")


def _build(gr: Any, assistant: Assistant) -> Any:
    """The page: header, conversation with its sources, documents; and what happens on which event."""
    with gr.Blocks(
        title="要点", analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True, fill_height=True
    ) as blocks:
        parts = _lay_out(gr, assistant.documents)
        _connect_questions(gr, parts, assistant)
        _connect_documents(gr, blocks, parts, assistant)
    return blocks


def _html(gr: Any, value: str = "", name: str | None = None, trigger: str | None = None) -> Any:
    """A piece of HTML; with `trigger`, one whose click the page's script sets off."""
    script = f"window.yaodian.triggers.{trigger} = trigger;" if trigger else None
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _lay_out(gr: Any, documents: Sequence[Document]) -> dict[str, Any]:
    """The components by name; `asked` and `wanted` only carry what the page's script sends."""
    parts = {name: gr.Textbox(visible=False) for name in ("asked", "wanted")} | {"talk": gr.State(Talk())}
    parts["header"] = _html(gr, reading.header(documents), "header")
    with gr.Row(elem_id="view-chat"):
        with gr.Column(elem_id="chat"):
            with gr.Column(elem_id="conversation"):
                parts["log"] = _html(gr, talk.welcome(examples(documents)), "log", "ask")
                parts["live"] = _html(gr, "", "live")
            with gr.Column(elem_id="composer"):
                parts |= _composer(gr, documents)
        with gr.Column(elem_id="sources"):
            parts["sources"] = _html(gr, talk.sources(Talk()))
    with gr.Column(elem_id="view-documents"):
        parts["shelf"] = _html(gr, reading.shelf(documents), "shelf")
        parts["reading"] = _html(gr, "", "reading", "open")
    return parts


def _composer(gr: Any, documents: Sequence[Document]) -> dict[str, Any]:
    """The box to type in, the scope above it, and the two buttons."""
    with gr.Row(elem_id="bar"):
        with gr.Accordion(line(documents, Scope()), open=False, elem_id="scope") as scope, gr.Row():
            fields = {name: _dropdown(gr, name, choices(documents)[name]) for name in FIELDS}
        clear = gr.Button("清空对话", elem_id="clear")
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            label="问题",
            show_label=False,
            container=False,
            placeholder="请输入问题",
            lines=1,
            max_lines=6,
            autofocus=True,
            elem_id="box",
        )
        send = gr.Button("发送", variant="primary", elem_id="send")
    hint = _html(gr, "", "hint")
    return {"scope": scope, "clear": clear, "box": box, "send": send, "hint": hint, **fields}


def _dropdown(gr: Any, name: str, values: list[tuple[str, str | int]]) -> Any:
    return gr.Dropdown(
        values,
        label=f"{FIELDS[name]}（不选即全部）",
        multiselect=True,
        filterable=len(values) > 12,
        elem_id=f"scope-{name}",
        min_width=120,
    )


def _connect_questions(gr: Any, parts: dict[str, Any], assistant: Assistant) -> None:
    """Asking, choosing the scope, starting anew."""
    fields = [parts[name] for name in FIELDS]
    changed = ("box", "live", "log", "sources", "hint", "talk")

    def answering(asked: str, box: str, so_far: Talk, *given: Any) -> Iterator[tuple[Any, ...]]:
        for values in _ask(assistant, asked, box, so_far, chosen(*given)):
            yield tuple(values.get(name, gr.skip()) for name in changed)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    ready = {"fn": None, "js": "() => window.yaodian.ready()", "api_visibility": "private"}
    asking = gr.on(
        [parts["box"].submit, parts["send"].click, parts["log"].click],
        answering,
        [parts["asked"], parts["box"], parts["talk"], *fields],
        [parts[name] for name in changed],
        trigger_mode="once",
        js="(asked, box, ...rest) => [window.yaodian.take() ?? box, box, ...rest]",
        **private,
    )
    asking.then(**ready)
    parts["clear"].click(
        lambda: (Talk(), talk.welcome(examples(assistant.documents)), "", talk.sources(Talk()), ""),
        None,
        [parts[name] for name in ("talk", "log", "live", "sources", "hint")],
        cancels=[asking],
        **private,
    ).then(**ready)
    gr.on(
        [field.change for field in fields],
        lambda *given: gr.update(label=line(assistant.documents, chosen(*given))),
        fields,
        parts["scope"],
        queue=False,
        **private,
    )


def _connect_documents(gr: Any, blocks: Any, parts: dict[str, Any], assistant: Assistant) -> None:
    """Opening a document, from a link on the page or in the address; what is there when the page loads."""
    quick = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    parts["reading"].click(
        lambda wanted: _open(assistant, wanted),
        parts["wanted"],
        parts["reading"],
        js="() => [window.yaodian.wanted()]",
        **quick,
    ).then(None, js="() => window.yaodian.arrive()", **quick)

    def fresh() -> tuple[Any, ...]:
        documents = assistant.documents
        dropdowns = [gr.update(choices=values) for values in choices(documents).values()]
        welcome = talk.welcome(examples(documents))
        return reading.header(documents), reading.shelf(documents), welcome, *dropdowns

    shown = [parts[name] for name in ("header", "shelf", "log", *FIELDS)]
    blocks.load(fresh, None, shown, **quick).then(None, js="() => window.yaodian.start()", **quick)


def _ask(assistant: Assistant, asked: str, box: str, so_far: Talk, scope: Scope) -> Iterator[dict[str, Any]]:
    """What changes on the page while a question is answered: values by the component's name."""
    question = (asked or "").strip()
    if not question:
        yield {"hint": talk.hint("请先输入问题，再按发送。")}
        return
    so_far = so_far if so_far.session else Talk(uuid4().hex)
    kept = box if asked != box else ""  # a question that was clicked leaves alone what is being typed
    yield {"box": kept, "live": talk.waiting(question), "log": talk.turns(so_far), "hint": "", "talk": so_far}
    text = ""
    try:
        for piece in assistant.stream(question, so_far.session, scope):
            if isinstance(piece, Answer):
                yield _answered(so_far.with_turn(question, piece))
            else:
                text += piece
                yield {"live": talk.waiting(question, text)}
    except YaodianError as error:
        yield _failed(assistant, so_far, box, str(error))
    except Exception:
        number = uuid4().hex[:8]
        _logger.exception("question %s failed", number)
        yield _failed(assistant, so_far, box, f"出错了，请稍后再试。（编号 {number}）")


def _answered(now: Talk) -> dict[str, Any]:
    return {"live": "", "log": talk.turns(now), "sources": talk.sources(now), "talk": now}


def _failed(assistant: Assistant, so_far: Talk, box: str, message: str) -> dict[str, Any]:
    """The page as it was, the question back in its box, and what went wrong."""
    log = talk.turns(so_far) or talk.welcome(examples(assistant.documents))
    return {"box": box, "live": "", "log": log, "hint": talk.hint(message)}


def _open(assistant: Assistant, wanted: str) -> str:
    document = assistant.document(wanted) if wanted else None
    return reading.document_page(document) if document else reading.missing(wanted or "")
