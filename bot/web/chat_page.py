"""The web chat: a Gradio page over the assistant. The only file that imports gradio."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from bot.answers.answer import Answer
from bot.answers.examples import examples
from bot.assistant import Assistant
from bot.web import assets, document_view, transcript
from bot.web.content_guard import ContentGuard
from bot.web.scope_picker import FIELDS, choices, scope_from, scope_line
from bot.web.transcript import Transcript
from knowledge.errors import YaodianError
from knowledge.items import Document
from knowledge.scope import Scope

_logger = logging.getLogger(__name__)
_FONTS = ("PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")


def mount(app: FastAPI, assistant: Assistant) -> FastAPI:
    """The application with the web chat at /, behind the routes it already has."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    app.add_middleware(ContentGuard)
    blocks = _build(gr, assistant)
    blocks.queue(max_size=64, default_concurrency_limit=8, api_open=False)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        ssr_mode=False,
        theme=_theme(gr),
        head=assets.head(),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
    )
    return app


def _theme(gr: Any) -> Any:
    """The look of Gradio's own controls: system fonts, deep red, warm greys."""
    red = gr.themes.Color(
        "#fdf4f3", "#fbe6e4", "#f5cdc9", "#e9a59e", "#d5746b", "#b94a42",
        "#9a1f1f", "#831a1a", "#6d1717", "#551313", "#350b0b",
    )  # fmt: skip
    fonts = [*_FONTS, "system-ui", "sans-serif"]
    return gr.themes.Base(primary_hue=red, neutral_hue="stone", font=fonts, font_mono=fonts, text_size="lg")


@dataclass(frozen=True, slots=True)
class _Composer:
    """The components below the conversation: the scope, the box to type in, the buttons, a hint."""

    scope: Any
    fields: tuple[Any, ...]  # the dropdowns of the scope, in the order of FIELDS
    clear: Any
    box: Any
    send: Any
    hint: Any


@dataclass(frozen=True, slots=True)
class _Components:
    """Gradio's components of the page; `asked` and `wanted` only carry what the page's script sends."""

    asked: Any
    wanted: Any
    transcript: Any
    header: Any
    log: Any
    live: Any
    composer: _Composer
    sources: Any
    shelf: Any
    reading: Any

    @property
    def changing(self) -> list[Any]:
        """The components that an answer changes, in the order of the fields of _Changes."""
        return [self.composer.box, self.live, self.log, self.sources, self.composer.hint, self.transcript]


@dataclass(frozen=True, slots=True)
class _Changes:
    """New values for the components that an answer changes; None leaves a component as it is."""

    box: str | None = None
    live: str | None = None
    log: str | None = None
    sources: str | None = None
    hint: str | None = None
    transcript: Transcript | None = None

    def values(self, unchanged: Any) -> tuple[Any, ...]:
        """The values in order, `unchanged` in place of None."""
        values = (getattr(self, field.name) for field in fields(self))
        return tuple(unchanged if value is None else value for value in values)


def _build(gr: Any, assistant: Assistant) -> Any:
    """The page: header, conversation with its sources, documents; and what happens on which event."""
    with gr.Blocks(
        title="要点", analytics_enabled=False, delete_cache=(3600, 3600), fill_width=True, fill_height=True
    ) as blocks:
        components = _lay_out(gr, assistant.documents)
        _connect_questions(gr, components, assistant)
        _connect_documents(gr, blocks, components, assistant)
    return blocks


def _html(gr: Any, value: str = "", name: str | None = None, trigger: str | None = None) -> Any:
    """A piece of HTML; with `trigger`, one whose click the page's script sets off."""
    script = f"window.yaodian.triggers.{trigger} = trigger;" if trigger else None
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _lay_out(gr: Any, documents: Sequence[Document]) -> _Components:
    """The components, laid out on the page in order."""
    asked, wanted = gr.Textbox(visible=False), gr.Textbox(visible=False)
    state = gr.State(Transcript())
    header = _html(gr, document_view.header(documents), "header")
    with gr.Row(elem_id="view-chat"):
        with gr.Column(elem_id="chat"):
            with gr.Column(elem_id="conversation"):
                log = _html(gr, transcript.welcome(examples(documents)), "log", "ask")
                live = _html(gr, "", "live")
            with gr.Column(elem_id="composer"):
                composer = _composer(gr, documents)
        with gr.Column(elem_id="sources"):
            sources = _html(gr, transcript.sources(Transcript()))
    with gr.Column(elem_id="view-documents"):
        shelf = _html(gr, document_view.shelf(documents), "shelf")
        reading = _html(gr, "", "reading", "open")
    return _Components(asked, wanted, state, header, log, live, composer, sources, shelf, reading)


def _composer(gr: Any, documents: Sequence[Document]) -> _Composer:
    """The box to type in, the scope above it, and the two buttons."""
    with gr.Row(elem_id="bar"):
        label = scope_line(documents, Scope())
        with gr.Accordion(label, open=False, elem_id="scope") as scope, gr.Row():
            dropdowns = tuple(_dropdown(gr, name, choices(documents)[name]) for name in FIELDS)
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
    return _Composer(scope, dropdowns, clear, box, send, _html(gr, "", "hint"))


def _dropdown(gr: Any, name: str, values: list[tuple[str, str | int]]) -> Any:
    return gr.Dropdown(
        values,
        label=f"{FIELDS[name]}（不选即全部）",
        multiselect=True,
        filterable=len(values) > 12,
        elem_id=f"scope-{name}",
        min_width=120,
    )


def _connect_questions(gr: Any, components: _Components, assistant: Assistant) -> None:
    """Asking, choosing the scope, starting anew."""
    composer = components.composer

    def answer(asked: str, box: str, so_far: Transcript, *choice: Any) -> Iterator[tuple[Any, ...]]:
        for changes in _ask(assistant, asked, box, so_far, scope_from(*choice)):
            yield changes.values(unchanged=gr.skip())

    private = {"api_visibility": "private", "show_progress": "hidden"}
    ready = {"fn": None, "js": "() => window.yaodian.ready()", "api_visibility": "private"}
    asking = gr.on(
        [composer.box.submit, composer.send.click, components.log.click],
        answer,
        [components.asked, composer.box, components.transcript, *composer.fields],
        components.changing,
        trigger_mode="once",
        js="(asked, box, ...rest) => [window.yaodian.take() ?? box, box, ...rest]",
        **private,
    )
    asking.then(**ready)
    composer.clear.click(
        lambda: _empty_conversation(assistant).values(unchanged=gr.skip()),
        None,
        components.changing,
        cancels=[asking],
        **private,
    ).then(**ready)
    gr.on(
        [field.change for field in composer.fields],
        lambda *choice: gr.update(label=scope_line(assistant.documents, scope_from(*choice))),
        list(composer.fields),
        composer.scope,
        queue=False,
        **private,
    )


def _connect_documents(gr: Any, blocks: Any, components: _Components, assistant: Assistant) -> None:
    """Opening a document, from a link on the page or in the address; what is there when the page loads."""
    quick = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    components.reading.click(
        lambda wanted: _open(assistant, wanted),
        components.wanted,
        components.reading,
        js="() => [window.yaodian.wanted()]",
        **quick,
    ).then(None, js="() => window.yaodian.arrive()", **quick)

    def refresh() -> tuple[Any, ...]:
        documents = assistant.documents
        dropdowns = [gr.update(choices=values) for values in choices(documents).values()]
        welcome = transcript.welcome(examples(documents))
        return document_view.header(documents), document_view.shelf(documents), welcome, *dropdowns

    refreshed = [components.header, components.shelf, components.log, *components.composer.fields]
    blocks.load(refresh, None, refreshed, **quick).then(None, js="() => window.yaodian.start()", **quick)


def _ask(assistant: Assistant, asked: str, box: str, so_far: Transcript, scope: Scope) -> Iterator[_Changes]:
    """What changes on the page while a question is answered."""
    question = (asked or "").strip()
    if not question:
        yield _Changes(hint=transcript.hint("请先输入问题，再按发送。"))
        return
    so_far = so_far if so_far.session else Transcript(uuid4().hex)
    rest = box if asked != box else ""  # a question that was clicked leaves alone what is being typed
    pending, log = transcript.pending_turn(question), transcript.turns(so_far)
    yield _Changes(box=rest, live=pending, log=log, hint="", transcript=so_far)
    text = ""
    try:
        for piece in assistant.stream(question, so_far.session, scope):
            if isinstance(piece, Answer):
                yield _answered(so_far.with_turn(question, piece))
            else:
                text += piece
                yield _Changes(live=transcript.pending_turn(question, text))
    except YaodianError as error:
        yield _failed(assistant, so_far, box, str(error))
    except Exception:
        number = uuid4().hex[:8]
        _logger.exception("question %s failed", number)
        yield _failed(assistant, so_far, box, f"出错了，请稍后再试。（编号 {number}）")


def _answered(now: Transcript) -> _Changes:
    sources = transcript.sources(now)
    return _Changes(live="", log=transcript.turns(now), sources=sources, transcript=now)


def _failed(assistant: Assistant, so_far: Transcript, box: str, message: str) -> _Changes:
    """The page as it was, the question back in its box, and what went wrong."""
    log = transcript.turns(so_far) or transcript.welcome(examples(assistant.documents))
    return _Changes(box=box, live="", log=log, hint=transcript.hint(message))


def _empty_conversation(assistant: Assistant) -> _Changes:
    welcome, empty = transcript.welcome(examples(assistant.documents)), Transcript()
    sources = transcript.sources(empty)
    return _Changes(live="", log=welcome, sources=sources, hint="", transcript=empty)


def _open(assistant: Assistant, wanted: str) -> str:
    document = assistant.document(wanted) if wanted else None
    return document_view.document_page(document) if document else document_view.missing_page(wanted or "")
