"""Which documents a question names: by number, title, alias, kind, region, year or issuer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.mention_finders import (
    Mention,
    Occurs,
    find_issuers,
    find_regions,
    find_titles,
    find_types,
    find_years,
)
from knowledge.items import Document
from knowledge.language.words import fold
from knowledge.scope import Scope

# A document number's year, in whichever brackets it was typed: 〔2022〕 [2022] (2022)
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])\s*[〔\[(【]\s*((?:19|20)\d{2})\s*[〕\])】]\s*(?=第?\d{1,4}\s*号)")
_JOINED = re.compile(r"^(的|那个|那份|这份|这个|省|市|发的|印发的|省里的?|市里的?|\s|年|里)*$")


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """One thing that a question names, and the ids of the documents it means."""

    name: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentMentions:
    """What a question names of the documents.

    `scope` narrows to it, `groups` are the things named one by one, `absent` the names that no document fits;
    `rest` is the question without all of them.
    """

    scope: Scope
    groups: tuple[ComparedGroup, ...]
    absent: tuple[str, ...]
    rest: str


def mentions_in(folded: str, documents: Sequence[Document], occurs: Occurs) -> DocumentMentions:
    """The documents that a folded question names, by whatever names they go.

    `occurs` tells whether a word occurs in the documents' texts. A region that no document comes from is a
    topic and no scope where the texts mention it and the question speaks of dealing with it (和北京合作).
    """
    text = _NUMBER.sub(r"〔\1〕", folded)
    mentions: list[Mention] = []
    for find in (find_titles, find_types, find_issuers, find_years, find_regions):
        for mention in find(text, documents, occurs):
            if not any(mention.start < m.end and m.start < mention.end for m in mentions):
                mentions.append(mention)
    mentions.sort(key=lambda m: m.start)
    rest = _without(text, mentions)
    named = _groups(text, mentions, documents)
    absent = tuple(dict.fromkeys(name for name, ids in named if not ids))
    groups = _narrowed([(name, ids) for name, ids in named if ids])
    return DocumentMentions(_scope(groups, mentions, documents), groups, absent, rest)


def _without(text: str, mentions: Sequence[Mention]) -> str:
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _groups(
    text: str, mentions: Sequence[Mention], documents: Sequence[Document]
) -> list[tuple[str, frozenset[str]]]:
    """Neighbouring mentions (重庆 工作要点) make one group: the documents that fit all of them."""
    found: list[tuple[str, frozenset[str], set[str], int]] = []
    for mention in mentions:
        if found:
            name, ids, kinds, end = found[-1]
            if mention.kind not in kinds and _joined(text[end : mention.start], documents):
                both = ids & mention.documents
                if ids and not both and "type" in (mention.kind, *kinds):
                    # 江西那份通知: any kind will do
                    both = ids if mention.kind == "type" else mention.documents
                found[-1] = (name + mention.name, both, kinds | {mention.kind}, mention.end)
                continue
        found.append((mention.name, mention.documents, {mention.kind}, mention.end))
    return [(name, ids) for name, ids, _, _ in found]


def _joined(between: str, documents: Sequence[Document]) -> bool:
    """Whether two names are one: little is between them, or words of a title are."""
    words = "".join(between.split())
    of_a_title = len(words) > 1 and any(words in fold(d.header.title) for d in documents)
    return of_a_title or _JOINED.match(between) is not None


def _narrowed(groups: list[tuple[str, frozenset[str]]]) -> tuple[ComparedGroup, ...]:
    """The different groups; one that contains another adds nothing: 2022年 beside 重庆2022年."""
    merged: dict[frozenset[str], str] = {}
    for name, ids in groups:
        merged.setdefault(ids, name)
    groups = [(name, ids) for ids, name in merged.items()]
    outermost = [(n, ids) for n, ids in groups if not any(other < ids for _, other in groups)]
    return tuple(ComparedGroup(name, tuple(sorted(ids))) for name, ids in outermost)


def _scope(
    groups: Sequence[ComparedGroup], mentions: Sequence[Mention], documents: Sequence[Document]
) -> Scope:
    """The groups as a scope: by region and year where these suffice, else by the documents' ids."""
    if not groups:
        return Scope()
    ids = {i for group in groups for i in group.documents}
    regions = tuple(dict.fromkeys(m.name for m in mentions if m.kind == "region" and m.documents))
    years = tuple(dict.fromkeys(int(m.name[:-1]) for m in mentions if m.kind == "year" and m.documents))
    plain = Scope(regions=regions, years=years)
    if plain and {d.id for d in documents if plain.allows(d)} == ids:
        return plain
    return Scope(documents=tuple(d.id for d in documents if d.id in ids))
