"""The strategy for comparisons: each group of documents answered by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.quoting.by_topic import by_search_eased
from bot.quoting.phrasing import too_vague
from bot.quoting.selection import Selection, Statement, refusal
from bot.quoting.topic import Topic
from bot.understanding.question import Question
from knowledge.items import Document

_STATEMENTS_PER_GROUP = 2


def compare(question: Question, topic: Topic) -> Selection:
    """A line a group, each from its own documents alone; 未涉及 where one says nothing."""
    if not topic.terms:
        return too_vague(topic.documents, topic.searcher.index.documents)
    statements: list[Statement] = []
    for name, documents in compared_groups(question, topic.documents):
        selection = by_search_eased(question, topic.among(documents))
        if selection.answered:
            statements += _named(name, selection.statements[:_STATEMENTS_PER_GROUP])
        else:
            statements.append(Statement(f"{name}：未涉及。", None, standalone=True))
    if not any(statement.evidence for statement in statements):
        return refusal()
    return Selection("answered", tuple(statements))


def compared_groups(question: Question, documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """What is compared, by name: the groups that are named, else every document.

    What is named and absent has no documents.
    """
    by_id = {d.id: d for d in documents}
    groups = [(side.name, [by_id[i] for i in side.documents if i in by_id]) for side in question.groups]
    if len(groups) + len(question.absent) < 2:
        groups = [(f"《{d.short_title}》", [d]) for d in documents]
    return groups + [(name, []) for name in question.absent]


def _named(name: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements of a group, its name before the first."""
    first, *others = statements
    return [replace(first, words=f"{name}：{first.words}"), *others]
