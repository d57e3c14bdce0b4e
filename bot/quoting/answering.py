"""The one path: question -> items -> answer -> checks -> Answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from bot.quoting.document_facts import tell
from bot.quoting.phrasing import (
    MOST_LISTED,
    Wording,
    no_such_item,
    searched,
    which_document,
    which_place,
)
from bot.quoting.selection import (
    Selection,
    Statement,
    among,
    facts,
    headings,
    mentions,
    ranked,
    topics,
    whole_parts,
    within,
)
from bot.understanding.question import Question, asks
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index
from knowledge.items import Document, Part
from knowledge.language.encoder import Meaning, load_encoder
from knowledge.language.sentences import sentences
from knowledge.language.words import fold, is_general
from knowledge.retrieval.query_terms import (
    QueryTerm,
    Vocabulary,
    cover,
    expansion,
    total,
)
from knowledge.retrieval.references import find
from knowledge.retrieval.search import Hit, search
from knowledge.scope import Scope, select

_MOST_ABOUT = 8  # documents told of when a question about documents names none
_CANDIDATES = 24
_COMPARED_EASE = 0.75  # share of the evidence that is asked for otherwise
_CONTEXT_WEIGHT, _SURE = 0.5, 0.75
_OF_TOPIC = 0.4  # share of a topic that tells which document is meant
_A_YEAR = re.compile(r"\d{4}年")
_THAT_ONE = re.compile(r"[那这](个|份)(文件|通知|东西|材料)")


class Answering:
    """Answers understood questions over one opened index."""

    def __init__(
        self, index: Index, embedder: Embedder | None, vocabulary: Vocabulary, by_meaning: bool = True
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._vocabulary = vocabulary
        self._by_meaning = by_meaning
        self._wording = Wording(index)

    def answer(self, question: Question, outer: Scope) -> Answer:
        """Answer a question within a scope, by quoting."""
        if question.intent == "chat":
            return self._wording.chat()
        if question.intent == "unclear":
            return self._wording.unclear(self._index.documents)
        scope = question.scope.within(outer)
        documents = [d for d in select(self._index.documents, scope) if d.id not in question.without]
        if question.absent and not (question.scope and question.intent in ("compare", "about")):
            return self._of_a_year(question, outer) or self._wording.absent(question.absent)
        if not documents:
            text = f"未涉及：没有同时符合“{scope.words()}”的文件。"
            return Answer("not_covered", text, suggestions=self._wording.examples())
        return self._dispatch(question, documents)

    def material(self, question: Question, outer: Scope, most: int = 8) -> list[tuple[Document, Part]]:
        """The parts that a model may answer from, best first; none where no document is meant."""
        scope = question.scope.within(outer)
        documents = [d for d in select(self._index.documents, scope) if d.id not in question.without]
        if not documents or (question.absent and not question.scope):
            return []
        rows = (
            [own for _, own in _compared(question, documents)]
            if question.intent == "compare"
            else [documents]
        )
        each = max(2, most // max(1, len(rows)))
        topic = f"{question.topic} {question.context}".strip()
        found = [self._nearest(question, topic, own)[:each] for own in rows if own]
        told = self._parts(question.parts, documents)
        return list(dict.fromkeys([*told, *(pair for row in found for pair in row)]))

    def _nearest(
        self, question: Question, topic: str, documents: Sequence[Document]
    ) -> list[tuple[Document, Part]]:
        """The parts nearest to a topic by words and by meaning."""
        concepts = self._vocabulary.concepts(topic)
        hits, _ = self._hits(replace(question, topic=topic), concepts, documents)
        draft = ranked(concepts, question.wanted, hits, self._meaning(topic))
        return [(s.evidence.document, s.evidence.part) for s in draft]

    def _dispatch(self, question: Question, documents: Sequence[Document]) -> Answer:
        if question.intent == "documents":
            return self._listed_documents(documents)
        if question.intent == "about":
            return self._about(question, documents)
        if question.intent in ("items", "section"):
            return self._numbered(question, documents)
        if question.intent == "compare":
            return self._compare(question, documents)
        if question.intent in ("mention", "topics"):
            return self._list(question, documents)
        return self._ask(question, documents)

    # ---------------------------------------------------------------- by search

    def _of_a_year(self, question: Question, outer: Scope) -> Answer | None:
        """An answer that speaks of a year no document is of (到2020年…); None where none does."""
        if question.intent != "ask" or not all(_A_YEAR.fullmatch(name) for name in question.absent):
            return None
        scope = replace(question.scope, years=()).within(outer)
        documents = select(self._index.documents, scope)
        made = self._ask(question, documents)
        said = any(name in fold(_sentence_of(c)) for name in question.absent for c in made.citations)
        return made if made.status == "answered" and said else None

    def _ask(self, question: Question, documents: Sequence[Document]) -> Answer:
        concepts = self._vocabulary.concepts(question.topic)
        if question.parts and (parts := self._parts(question.parts, documents)):
            draft = within(concepts, question.wanted, parts)
            beside = None if draft.enough else self._in_context(question, concepts, documents)
            return beside or self._wording.made(draft, [document for document, _ in parts])
        if question.context:
            return self._alone_or_in_context(question, concepts, documents)
        if question.poles and (contrast := self._contrast(question, concepts, documents)):
            return contrast
        if not concepts:
            return self._wording.unclear(documents) if asks("asking", question.text) else self._wording.chat()
        return self._searched_for(question, concepts, documents)

    def _searched_for(
        self, question: Question, concepts: Sequence[QueryTerm], documents: Sequence[Document]
    ) -> Answer:
        hits, notice = self._hits(question, concepts, documents)
        meaning = self._meaning(question.topic)
        draft = facts(concepts, question.wanted, hits, len(question.text), meaning=meaning)
        made = self._wording.made(draft, documents)
        return replace(made, degraded=notice is not None, notice=notice)

    def _alone_or_in_context(
        self, question: Question, concepts: Sequence[QueryTerm], documents: Sequence[Document]
    ) -> Answer:
        """What a question says by itself where that is well covered, else with the topic before."""
        alone = self._ask(replace(question, context=""), documents)
        if alone.status == "answered" and (alone.confidence or 0.0) >= _SURE:
            return alone
        return self._in_context(question, concepts, documents) or alone

    def _in_context(
        self, question: Question, concepts: Sequence[QueryTerm], documents: Sequence[Document]
    ) -> Answer | None:
        """An answer to the question and the topic before it taken together; None where there is none."""
        known = {concept.word for concept in concepts}
        around = [c for c in self._vocabulary.concepts(question.context) if c.word not in known]
        both = (*concepts, *(replace(c, weight=c.weight * _CONTEXT_WEIGHT) for c in around))
        if not concepts or not around:
            return None
        together = replace(question, topic=f"{question.topic} {question.context}", context="", parts=())
        made = self._searched_for(together, both, documents)
        return made if made.status == "answered" else None

    def _meaning(self, topic: str) -> Meaning | None:
        """How near texts are to a topic in meaning, by the embedded encoder; None where it is not in use."""
        return load_encoder().meaning(topic) if self._by_meaning else None

    def _hits(
        self, question: Question, concepts: Sequence[QueryTerm], documents: Sequence[Document]
    ) -> tuple[Sequence[Hit], str | None]:
        narrowed = None if len(documents) == len(self._index.documents) else documents
        found = search(
            self._index, self._embedder, question.topic, narrowed, _CANDIDATES, dict(expansion(concepts))
        )
        return found.hits, found.notice

    def _compare(self, question: Question, documents: Sequence[Document]) -> Answer:
        """One line a side, each answered from its own documents alone; 未涉及 where one says nothing."""
        concepts = self._vocabulary.concepts(question.topic)
        if not concepts:
            return self._wording.unclear(documents)
        wanted = replace(question.wanted, attribute=None)  # what one side lacks is said of that side alone
        lines: list[str] = []
        citations: list[Citation] = []
        for name, own in _compared(question, documents):
            hits, _ = self._hits(question, concepts, own) if own else ((), None)
            draft = facts(
                concepts, wanted, hits, len(question.text), _COMPARED_EASE, self._meaning(question.topic)
            )
            if not draft.enough:
                lines.append(f"{name}：未涉及。")
                continue
            text, cited = self._wording.render(draft.statements[:2], len(citations) + 1)
            lines.append(f"{name}：{text}")
            citations += cited
        if not citations:
            return self._wording.made(Selection(False, (), "现有文件没有写到所问的内容"), documents)
        return Answer("answered", "\n".join(lines), tuple(citations))

    def _contrast(
        self, question: Question, concepts: Sequence[QueryTerm], documents: Sequence[Document]
    ) -> Answer | None:
        """Two things of the same documents, each without the words of the other; else None."""
        wanted = replace(question.wanted, attribute=None)
        kept: list[Statement] = []
        for own, other in (question.poles, question.poles[::-1]):
            apart = tuple(c for c in concepts if c.word not in other or c.word in own)
            topic = question.topic.replace(other, " ")
            hits, _ = self._hits(replace(question, topic=topic), apart, documents)
            draft = facts(apart, wanted, hits, len(question.text), _COMPARED_EASE, self._meaning(topic))
            if not draft.enough:
                return None
            kept += [s for s in draft.statements[:1] if s not in kept]
        return self._wording.made(Selection(True, tuple(kept)), documents) if len(kept) > 1 else None

    def _list(self, question: Question, documents: Sequence[Document]) -> Answer:
        """Every place that says it, with a count, from the items themselves and never from a best-of list."""
        said = question.phrase or question.topic
        concepts = [c for c in self._vocabulary.concepts(said) if c.forms]
        parts = [(d, p) for d in documents for p in d.parts if p.citable and p.kind != "information"]
        draft = mentions(said, concepts, parts) if question.intent == "mention" else topics(concepts, parts)
        if not draft.enough and len(alternatives := [p for p in re.split("[、/或]", said) if p]) > 1:
            draft = self._any_of(alternatives, parts)
        if not draft.enough:
            if question.without:
                text = f"未涉及：其他文件没有提到“{question.topic}”。已查范围：{searched(documents)}。"
                return Answer("not_covered", text)
            return self._ask(replace(question, intent="ask"), documents)
        return self._counted(draft, question)

    def _any_of(self, alternatives: Sequence[str], parts: Sequence[tuple[Document, Part]]) -> Selection:
        """Every part that speaks of one of several things, in the order of the documents."""
        drafts = [topics(self._vocabulary.concepts(alternative), parts) for alternative in alternatives]
        found = {s.evidence.part.id: s for draft in drafts for s in draft.statements}
        ordered = [found[part.id] for _, part in parts if part.id in found]
        return Selection(bool(ordered), tuple(ordered))

    def _counted(self, draft: Selection, question: Question) -> Answer:
        shown = draft.statements[:MOST_LISTED]
        text, citations = self._wording.render(shown, 1)
        files = len({c.document_id for c in citations})
        verb = "提到" if question.intent == "mention" else "写到"
        head = f"共{len(draft.statements)}处{verb}“{question.phrase or question.topic}”（{files}份文件）："
        more = (
            f"\n（其余{len(draft.statements) - len(shown)}处未列出）"
            if len(draft.statements) > len(shown)
            else ""
        )
        return Answer("answered", f"{head}\n{text}{more}", tuple(citations))

    # ---------------------------------------------------------------- by number

    def _numbered(self, question: Question, documents: Sequence[Document]) -> Answer:
        """What stands at the places asked for by number; several documents or places are asked back."""
        found = [(d, p) for r in question.references for d in documents for p in find(d, r)]
        if not found:
            return no_such_item(question.references, documents)
        found = self._of_topic(question, found)
        holders = list(dict.fromkeys(d.id for d, _ in found))
        if len(holders) > 1 and not question.scope.documents:
            return which_document(question.references, [self._index.document_of[h] for h in holders])
        if question.intent == "section":
            return self._section(question, documents, found)
        if len(found) > len(question.references) * len(holders):
            return which_place(question.references, found)
        if question.wanted.strict and question.wanted.kind != "definition":
            concepts = self._vocabulary.concepts(question.topic)
            return self._wording.made(within(concepts, question.wanted, found), documents)
        return self._wording.made(whole_parts(found), documents)

    def _of_topic(
        self, question: Question, found: list[tuple[Document, Part]]
    ) -> list[tuple[Document, Part]]:
        """Of places with one number, those of the document whose text holds the topic."""
        concepts = [c for c in self._vocabulary.concepts(question.topic) if not is_general(c.word)]
        if len({d.id for d, _ in found}) < 2 or not concepts:
            return found
        texts: dict[str, str] = {}
        for document, part in found:
            texts[document.id] = texts.get(document.id, "") + fold(" ".join((*part.path, part.text)))
        held = {of: cover(concepts, text) / total(concepts) for of, text in texts.items()}
        first, second = sorted(held.values(), reverse=True)[:2]
        if first < _OF_TOPIC or second > first / 2:
            return found
        return [(d, p) for d, p in found if held[d.id] == first]

    def _section(
        self, question: Question, documents: Sequence[Document], found: Sequence[tuple[Document, Part]]
    ) -> Answer:
        """What a section says of a topic; without one its items, all and counted, each by its heading."""
        if leads := [(d, p) for d, p in found if p.kind == "lead" and asks("lead", question.text)]:
            return self._wording.made(whole_parts(leads), documents)
        concepts = self._vocabulary.concepts(question.topic)
        telling = [c for c in concepts if c.forms and not is_general(c.word)]
        items = [(d, p) for d, p in found if p.kind == "item"]
        if telling and question.wanted.kind != "list" and not asks("each", question.text):
            return self._wording.made(among(concepts, question.wanted, found), documents)
        if len(items) <= 1:
            return self._wording.made(whole_parts(found), documents)
        text, citations = self._wording.render(headings(items).statements, 1)
        head = f"{items[0][1].path[0]}，共{len(items)}条："
        return Answer("answered", f"{head}\n{text}", tuple(citations))

    # ---------------------------------------------------------------- about documents

    def _about(self, question: Question, documents: Sequence[Document]) -> Answer:
        pointing = len(documents) > 1 and not question.scope and _THAT_ONE.search(question.text)
        if len(documents) > _MOST_ABOUT or pointing:
            choices = tuple(f"《{d.short_title}》{question.text}" for d in documents[:_MOST_ABOUT])
            return Answer("clarify", "请问是哪一份文件？", suggestions=choices)
        lines: list[str] = []
        citations: list[Citation] = []
        known = False
        for document in documents:
            for about in question.about:
                told = tell(document, about)
                known = known or told.known
                marker = self._wording.quoted(told.evidence, citations)
                lines.append(told.line + marker)
        return Answer("answered" if known else "not_covered", "\n".join(lines), tuple(citations))

    def _listed_documents(self, documents: Sequence[Document]) -> Answer:
        lines = [f"共{len(documents)}份文件："]
        citations: list[Citation] = []
        for document in documents[:MOST_LISTED]:
            told = tell(document, "items")
            mark = self._wording.quoted(told.evidence, citations)
            lines.append(
                f"{document.name}，{len(document.items)}条" + (f"[{len(citations)}]" if mark else "")
            )
        return Answer("answered", "\n".join(lines), tuple(citations))

    def _parts(self, ids: Sequence[str], documents: Sequence[Document]) -> list[tuple[Document, Part]]:
        """The parts of these ids in these documents: the answer before may have had a wider scope."""
        own = {document.id: document for document in documents}
        found = []
        for part_id in ids:
            document = own.get(part_id.partition("#")[0])
            part = document.part(part_id) if document else None
            if document and part:
                found.append((document, part))
        return found


def _sentence_of(citation: Citation) -> str:
    """The sentence that a quote is a clause of, or the quote itself."""
    around = (span.text for span in sentences(citation.text) if citation.quote in span.text)
    return next(around, citation.quote)


def _compared(question: Question, documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """What is compared: the sides that are named, else every document; what is absent has no documents."""
    by_id = {d.id: d for d in documents}
    sides = [(side.name, [by_id[i] for i in side.documents if i in by_id]) for side in question.sides]
    if len(sides) + len(question.absent) < 2:
        sides = [(f"《{d.short_title}》", [d]) for d in documents]
    return sides + [(name, []) for name in question.absent]
