"""Example questions, built from the documents that are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from knowledge.items import Document, Part


def examples(documents: Sequence[Document], most: int = 6) -> tuple[str, ...]:
    """Up to `most` questions that the documents' own items answer, the documents taken in turn."""
    rounds = zip_longest(*(_questions(document, turn) for turn, document in enumerate(documents)))
    questions = dict.fromkeys(question for round_ in rounds for question in round_ if question)
    return tuple(islice(questions, most))


def _questions(document: Document, turn: int) -> Iterator[str]:
    """Questions about the document, by lead and by number, every other document the other way round."""
    items = [item for item in document.items if item.citable]
    leads = [item for item in items if 4 <= len(item.lead) <= 16]
    if not items:
        return
    middle = items[len(items) // 2]
    asked = [f"《{document.short_title}》{middle.place}讲什么？"]
    asked += [_by_lead(document, item) for item in leads[len(leads) // 3 :: 3]]
    yield from (asked if turn % 2 else [*asked[1:2], *asked[:1], *asked[2:]])


def _by_lead(document: Document, item: Part) -> str:
    region = document.header.region
    return f"{region if region and region != '全国' else ''}{item.lead}有什么要求？"
