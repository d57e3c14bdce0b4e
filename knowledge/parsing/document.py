"""Lines become a Document: header, parts, warnings; nothing is guessed, nothing is lost.

The parts, joined in order, are the lines, whitespace aside. Only `removed` parts (page numbers,
(下转04版), web footers) may come after the item that they interrupt in the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby

from knowledge.items import Document, DocumentWarning, Header, Part, PartKind
from knowledge.language.numerals import to_chinese
from knowledge.parsing.divisions import Division, divisions_of
from knowledge.parsing.header import header_of
from knowledge.parsing.labels import LabelScheme
from knowledge.parsing.layout import Entry, entries_of
from knowledge.parsing.nodes import Node
from knowledge.parsing.outline import Outline, build_outline
from knowledge.parsing.parts import (
    PartBuilder,
    PartScope,
    headings_of,
    items_of,
)
from knowledge.parsing.phrases import COPIES, IMPRINT
from knowledge.reading.lines import Source

_ROLES: dict[str, tuple[PartKind, str, str]] = {
    "body": ("information", "information", "文件信息"),
    "information": ("information", "information", "文件信息"),
    "contents": ("contents", "contents", "目录"),
    "table": ("table", "table", "表"),
    "note": ("note", "note", "附注"),
    "removed": ("removed", "removed", ""),
}


def parse(source: Source, document_id: str) -> Document:
    """The document that the lines of a file hold; its warnings say what is odd about it. Never fails."""
    divisions, header = _read(source)
    outlines = [_outline(division) for division in divisions]
    scopes = _scopes(divisions, outlines, document_id)
    parts: list[Part] = []
    for division, outline, scope in zip(divisions, outlines, scopes, strict=True):
        parts.extend(_parts(division, outline, scope))
    warnings = _warnings(header, divisions, outlines, parts)
    return Document(document_id, source.file, source.sha256, header, _unique(parts), warnings)


def outline(source: Source) -> tuple[Node, ...]:
    """The tree of numbered nodes of each division (letter, main text, attachments), for inspection."""
    divisions, _ = _read(source)
    return tuple(_outline(division).root for division in divisions)


def _read(source: Source) -> tuple[list[Division], Header]:
    divisions = divisions_of(entries_of(source.lines))
    return divisions, header_of(divisions)


def _outline(division: Division) -> Outline:
    return build_outline([e for e in division.body if e.role != "removed"])


def _scopes(divisions: list[Division], outlines: list[Outline], document_id: str) -> list[PartScope]:
    """Attachments get a prefix when more than one division carries text of its own.

    The text that a letter sends out needs none, if it is the only one without an 附件 line.
    """
    carrying = [d for d in divisions if not d.letter and any(e.role in ("body", "table") for e in d.body)]
    unmarked = [d for d in carrying if not d.marker]
    main = unmarked[0] if unmarked and (len(unmarked) == 1 or unmarked[0] is divisions[0]) else None
    scopes, attachment = [], 0
    for division in divisions:
        if len(carrying) < 2 or division is main or division not in carrying:
            scopes.append(PartScope(document_id))
            continue
        attachment += 1
        name = (division.marker or "附件") + (f"《{division.title.strip('《》')}》" if division.title else "")
        scopes.append(PartScope(document_id, f"a{attachment}-", name, (name,)))
    return scopes


def _parts(division: Division, outline: Outline, scope: PartScope) -> list[Part]:
    """The parts of a division in the order of the text."""
    parts = _plain(division.entries[: division.start], scope)
    aside = [e for e in division.body if e.role == "removed"]
    if division.letter and not outline.root.children:
        parts += _letter(outline.root, scope)
    else:
        headings = headings_of(outline.root)
        scheme = LabelScheme.of(items_of(outline.root, headings))
        parts += PartBuilder(scope, scheme, headings).build(outline.root)
    parts += _plain(aside, scope)
    for imprint, run in groupby(division.entries[division.end :], _is_imprint):
        parts += _plain(list(run), PartScope(scope.document_id) if imprint else scope)
    return sorted(parts, key=lambda part: part.lines[0])


def _is_imprint(entry: Entry) -> bool:
    """Whether the line is of the whole file's imprint, which comes after the last attachment."""
    return bool(IMPRINT.fullmatch(entry.bare[:80]) or COPIES.fullmatch(entry.bare[:200]))


def _letter(root: Node, scope: PartScope) -> list[Part]:
    """A letter that only sends out what follows it is information, its paragraphs joined."""
    parts = PartBuilder(scope, LabelScheme.of([]), frozenset()).build(root)
    return [
        replace(
            part,
            kind="information",
            id=f"{scope.document_id}#information",
            label="文件信息",
            place="文件信息",
        )
        if part.kind == "paragraph"
        else part
        for part in parts
    ]


def _plain(entries: list[Entry], scope: PartScope) -> list[Part]:
    """Neighbouring entries of one role as one part, line by line."""
    parts, run = [], list[Entry]()
    for entry in [*entries, None]:
        broken = entry is None or (run and (entry.role != run[-1].role or _apart(run[-1], entry)))
        if run and broken:
            kind, key, label = _ROLES[run[0].role]
            text, span = "\n".join(e.text for e in run), (run[0].number, run[-1].number)
            parts.append(scope.part(kind, key, text, span, label))
            run = []
        if entry is not None:
            run.append(entry)
    return parts


def _apart(before: Entry, after: Entry) -> bool:
    """Whether removed lines are from different places of the file."""
    return after.role in ("removed", "contents") and after.number - before.number - after.gap > 1


def _unique(parts: list[Part]) -> tuple[Part, ...]:
    """The parts with unique ids (`~2`), and items that share a place numbered in order (第二处)."""
    ids: Counter[str] = Counter()
    places: Counter[str] = Counter()
    unique = []
    for part in parts:
        ids[part.id] += 1
        places[part.place] += part.kind == "item"
        name = f"{part.id}~{ids[part.id]}" if ids[part.id] > 1 else part.id
        again = part.kind == "item" and places[part.place] > 1
        place = f"{part.place}（第{to_chinese(places[part.place])}处）" if again else part.place
        unique.append(replace(part, id=name, place=place) if ids[part.id] > 1 or again else part)
    return tuple(unique)


def _warnings(
    header: Header, divisions: list[Division], outlines: list[Outline], parts: list[Part]
) -> tuple[DocumentWarning, ...]:
    found = [warning for outline in outlines for warning in outline.warnings]
    if not header.title:
        found.append(DocumentWarning("no_title", "正文里没有找到标题，请在元数据中补充。"))
    if not any(part.kind == "item" for part in parts):
        found.append(DocumentWarning("no_items", "没有识别到带编号的条目，只能按段落引用。"))
    for division in divisions:
        for entry in division.entries:
            if entry.role == "removed" and "下转" in entry.bare:
                message = f"原文在“{entry.text}”处截断，后面的内容不在本文件中。"
                found.append(DocumentWarning("cut_off", message, entry.number))
    return tuple(sorted(found, key=lambda warning: warning.line or 0))
