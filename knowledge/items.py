"""The values everything else is about: a document, its parts, and how a part is cited.

A document is an ordered sequence of parts. Joined in order (`mark` + `text` of each), the parts are the
source text, whitespace and markup aside: nothing is lost, nothing occurs twice. The parts that carry a
number of their own are its items.

The words used here, beside those of Akoma Ntoso (OASIS LegalDocML 1.0), the standard for such texts:

    here                  Akoma Ntoso                    in Chinese
    part                  block or hierarchical element  文件的一部分
    mark                  num                            编号，如 第十二条、（三）、6.
    lead of a part        heading                        标题语，如 “加强督查。”
    kind `heading`        hierarchical container         章、节、部分的标题行
    kind `lead`           intro                          导语
    kind `item`           article, section, paragraph    条目
    Point                 point, list item               款、项、目、一是
    kind `preface`        preamble                       前言
    kind `information`    preface and conclusions        文件信息：标题、文号、落款
    kind `closing`        wrapUp, conclusions            结语
    kind `note`           authorialNote                  注、附注
    kind `contents`       toc                            目录
    division              attachment, mainBody           附件、正文、印发的信
    path                  hierarchy                      上级标题
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

PartKind = Literal[
    "information",  # 文件信息: title, number, addressee, letter, signature, date, imprint
    "preface",  # 前言: text of a body before its first numbered part
    "heading",  # a numbered (or unnumbered) heading line, with no text of its own
    "lead",  # 导语: unnumbered text below a heading, before its first item
    "item",  # 条目: a numbered item, its sub-points included
    "paragraph",  # a paragraph of a body that has no numbers at all
    "table",  # rows of a table
    "note",  # 注, 附注, amendment history
    "contents",  # 目录
    "closing",  # 结语: unnumbered text after the last item
    "removed",  # page numbers, running headers, 下转04版, web footers
]

UNCITABLE: frozenset[PartKind] = frozenset({"heading", "contents", "removed"})


@dataclass(frozen=True, slots=True)
class Point:
    """A place inside a part that people cite: 第二款, （三）, 一是.

    `start` and `end` are offsets into the part's `text`, in characters; `label` is what a citation
    appends to the part's own place, for instance `第二款` or `（三）`.
    """

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document that can be found and cited as one.

    `mark` is the label as printed (`6.`, `第十二条`, `（三）`), `label` the same as people say it
    (`6`, `第十二条`, `三、（三）` where numbers restart), `place` the Chinese words a citation uses
    (`第6条`, `前言`, `第三部分导语`). `path` holds the headings from the top, each with its printed
    mark; an item's own mark and lead end it. `lead` is the heading phrase at the start of the text,
    empty where there is none. `text` is what follows the mark, line breaks of the page removed,
    paragraphs separated by one newline. `lines` are the first and last line in the file, counted
    from 1; `depth` counts the headings above. `similar_questions` were added by the operator or a
    model: they help to find the part and are never shown as its text.
    """

    id: str
    document_id: str
    kind: PartKind
    label: str
    mark: str
    place: str
    path: tuple[str, ...]
    lead: str
    text: str
    lines: tuple[int, int]
    depth: int = 0
    points: tuple[Point, ...] = ()
    similar_questions: tuple[str, ...] = ()

    @property
    def citable(self) -> bool:
        """Whether an answer may rest on this part."""
        return self.kind not in UNCITABLE and bool(self.text)

    def place_of(self, start: int, end: int) -> str:
        """The smallest place around a span of the text: `第十二条第二款（三）`, else the part's own place."""
        inside = [p.label for p in self.points if p.start <= start and end <= p.end]
        return self.place + "".join(inside)


@dataclass(frozen=True, slots=True)
class DocumentWarning:
    """Something a reader of the document should know: a gap, a double number, text that is cut off.

    `code` is stable, `message` Chinese, `line` counted from 1 (None where no line is meant).
    """

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a document says about itself; `None` where it does not say.

    `date` and `printed_date` are ISO dates, shortened (`2001-04`) where the text gives no day.
    `supplied` names the fields that come from the metadata file and not from the text.
    """

    title: str = ""
    number: str | None = None
    issuer: str | None = None
    addressee: str | None = None
    date: str | None = None
    kind: str | None = None
    region: str | None = None
    year: int | None = None
    printed_by: str | None = None
    printed_date: str | None = None
    attachments: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A source document: its header, all its parts in order, and what is odd about it.

    `sha256` is the digest of the file's bytes.
    """

    id: str
    file: str
    sha256: str
    header: Header
    parts: tuple[Part, ...]
    warnings: tuple[DocumentWarning, ...] = field(default=())

    @property
    def items(self) -> tuple[Part, ...]:
        """The numbered items, in the order of the text."""
        return tuple(part for part in self.parts if part.kind == "item")

    @property
    def name(self) -> str:
        """《title》 with its number in brackets, as a citation begins."""
        number = f"（{self.header.number}）" if self.header.number else ""
        return f"《{self.header.title}》{number}"

    @property
    def short_title(self) -> str:
        """The title of what a notice issues or forwards (印发《…》); else the document's own."""
        title = self.header.title
        quoted = re.search(r"(?:印发|转发|下发|发布)\s*[《“](.+)[》”]", title)
        plain = re.search(r"(?:印发|转发)([^《》“”]{4,})的(?:通知|函|公告)$", title)
        inner = quoted or plain
        return inner[1] if inner else title.strip("《》")

    def part(self, part_id: str) -> Part | None:
        """The part of that id, or None."""
        return next((part for part in self.parts if part.id == part_id), None)


def citation(document: Document, part: Part, span: tuple[int, int] | None = None) -> str:
    """A citation in words: 《title》（number）第6条; with a `span` of the text, its smallest place."""
    return document.name + (part.place_of(*span) if span else part.place)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part together with the document it belongs to: what is searched, scored and cited."""

    document: Document
    part: Part
