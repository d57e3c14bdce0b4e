"""The documents as HTML: the list of documents, and one whole document, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote as percent

from knowledge.items import Document, Part, citation

_BACK = '<p class="back"><a href="?documents" data-view="documents">‹ 全部文件</a></p>'


def header(documents: Sequence[Document]) -> str:
    """The head of the page: name, promise, number of documents and items, links to the views and quizzes."""
    items = sum(len(document.items) for document in documents)
    return (
        '<header class="top"><div class="brand"><h1>要点</h1>'
        "<p>只依据所收文件作答，每句话都有出处</p></div>"
        f'<p class="count">已收文件 <b>{len(documents)}</b> 份，条目 <b>{items}</b> 条</p>'
        '<nav aria-label="页面"><a href="?" data-view="chat">问答</a>'
        '<a href="?documents" data-view="documents">文件</a><a href="/quiz">出题</a></nav></header>'
    )


def shelf(documents: Sequence[Document]) -> str:
    """The list of the documents, each a link that opens it."""
    entries = "".join(_entry(document) for document in documents)
    return f'<section class="shelf"><h2>所收文件</h2><ol class="entries">{entries}</ol></section>'


def document_page(document: Document) -> str:
    """A whole document with its outline; every part has an id of its own (see `anchor`)."""
    parts = "".join(_part(document, part) for part in document.parts)
    return (
        f'<section class="reading" data-open="{escape(document.id)}">'
        f"{_BACK}"
        f'<div class="title"><h2>{escape(document.header.title)}</h2>{_facts(document)}'
        f"{_warnings(document)}</div>{_outline(document)}"
        f'<div class="parts">{parts}</div></section>'
    )


def missing_page(document_id: str) -> str:
    """The page for a document that does not exist (any more)."""
    if not document_id:
        return ""
    return (
        f'<section class="reading">{_BACK}'
        f'<p class="nothing">没有编号为“{escape(document_id[:80])}”的文件，可能已被移除。</p></section>'
    )


def link(url: str, document_id: str, name: str, quote: str = "", style: str = "tool open") -> str:
    """A link that opens a document at a part, and highlights the quote there."""
    return (
        f'<a class="{style}" href="{escape(url)}" data-document="{escape(document_id)}" '
        f'data-quote="{escape(quote)}">{escape(name)}</a>'
    )


def anchor(part: Part) -> str:
    """The part's id within its document: `6`, `heading-2-1`."""
    return part.id.partition("#")[2]


def _entry(document: Document) -> str:
    url = f"/?document={percent(document.id)}"
    return (
        f"<li><h3>{link(url, document.id, document.header.title, style='entry')}</h3>"
        f"{_facts(document)}{_warnings(document)}</li>"
    )


def _facts(document: Document) -> str:
    header_ = document.header
    facts = {
        "文号": header_.number,
        "发文机关": header_.issuer,
        "地区": header_.region,
        "日期": header_.date or (f"{header_.year}年" if header_.year else None),
        "条目": f"{len(document.items)} 条",
    }
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value) if value else '未载明'}</dd></div>"
        for name, value in facts.items()
    )
    return f'<dl class="facts">{shown}</dl>'


def _warnings(document: Document) -> str:
    if not document.warnings:
        return ""
    lines = "".join(f"<li>{escape(warning.message)}</li>" for warning in document.warnings)
    return f'<ul class="warnings" aria-label="读入时的提示">{lines}</ul>'


def _outline(document: Document) -> str:
    steps = [part for part in document.parts if part.kind in ("heading", "item") and _name(part)]
    entries = "".join(
        f'<li class="{part.kind} d{min(part.depth, 3)}">'
        f"{link(_url(part), document.id, _name(part), style='step')}</li>"
        for part in steps
    )
    return (
        '<details class="outline" open><summary>目录</summary>'
        f'<nav aria-label="目录"><ol>{entries}</ol></nav></details>'
        if steps
        else ""
    )


def _name(part: Part) -> str:
    """The part's line in the outline: its mark, and its lead or first words."""
    return f"{part.mark}{part.lead or part.text[:24]}".strip()


def _url(part: Part) -> str:
    return f"/?document={percent(part.document_id)}#{percent(anchor(part))}"


def _part(document: Document, part: Part) -> str:
    text = f'<div class="text"><span class="mark">{escape(part.mark)}</span>{_body(part)}</div>'
    opening = f'class="part {part.kind} d{min(part.depth, 3)}" id="part-{escape(anchor(part))}" tabindex="-1"'
    if not part.citable:
        return f"<div {opening}>{text}</div>"
    cited = escape(citation(document, part))
    return (
        f'<section {opening} aria-label="{escape(part.place)}">'
        f'<p class="place"><span>{escape(part.place)}</span>'
        f'<button type="button" class="tool copy" data-copy="{cited}">复制出处</button></p>{text}</section>'
    )


def _body(part: Part) -> str:
    """The part's text as one run of characters, so that a quote can be found and highlighted in it."""
    return f'<span class="words">{escape(part.text)}</span>'
