"""What questions are made from: the facts of all documents, and what can be proven of a text against them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from random import Random

from bot.quiz.facts.facts import Fact, FactKind, facts
from knowledge.items import Document, Part
from knowledge.language.words import fold

ANNEX = re.compile("附件[一二三四五六七八九十\\d]*(《.+》)")  # how a place in an annex with a title begins
# A text says what a statement says where it holds so much of the statement's character pairs. A changed word
# leaves most of them alone, so what counts is a text that holds the changed word as well.
SAID = 0.6
# Share of a wrong answer's pairs that a document must have, for it to be of its field.
_FITTING = 0.6
_SOME = 200  # values of other documents that are looked at
_KINDS_BY_SLOT = frozenset({"figure", "object", "purpose"})


@lru_cache(maxsize=50_000)
def bigrams(text: str) -> frozenset[str]:
    """The character pairs of a folded text, all but letters, digits and Chinese characters left out."""
    normalized = re.sub(r"[\W_]+", "", fold(text))
    return frozenset(normalized[i : i + 2] for i in range(len(normalized) - 1)) or frozenset([normalized])


def overlap(one: str, other: str) -> float:
    """The share of the smaller text's pairs that the other one has too, 0 to 1."""
    a, b = bigrams(one), bigrams(other)
    return len(a & b) / max(1, min(len(a), len(b)))


def normalized(text: str) -> str:
    """A text without white space, folded: what is compared."""
    return re.sub(r"\s+", "", fold(text))


class FactStore:
    """The facts of documents, found once; `documents` are all there are, not only those asked about."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self._facts: dict[str, tuple[Fact, ...]] = {}

    def facts(self, document: Document, part: Part) -> tuple[Fact, ...]:
        """The facts of a part."""
        if part.id not in self._facts:
            self._facts[part.id] = tuple(facts(document, part))
        return self._facts[part.id]

    @cached_property
    def _values(self) -> Mapping[tuple[FactKind, str], tuple[str, ...]]:
        """The values of all facts by kind, and by slot where only the same slot is alike; each once."""
        found: defaultdict[tuple[FactKind, str], dict[str, None]] = defaultdict(dict)
        for fact in self.all:
            found[_sort(fact)][fact.value] = None
        return {key: tuple(row) for key, row in found.items()}

    @cached_property
    def _own(self) -> Mapping[tuple[str, FactKind, str], tuple[str, ...]]:
        """The same by document."""
        found: defaultdict[tuple[str, FactKind, str], dict[str, None]] = defaultdict(dict)
        for fact in self.all:
            found[fact.document.id, *_sort(fact)][fact.value] = None
        return {key: tuple(row) for key, row in found.items()}

    @cached_property
    def all(self) -> tuple[Fact, ...]:
        """The facts of all documents."""
        return tuple(f for d in self.documents for part in d.parts for f in self.facts(d, part))

    def alike(self, fact: Fact, random: Random) -> list[str]:
        """The values that could stand in a fact's place, its own among them; its document's first."""
        own = self._own.get((fact.document.id, *_sort(fact)), ())
        others = self._values.get(_sort(fact), ())
        row = [*random.sample(own, len(own)), *random.sample(others, min(_SOME, len(others)))]
        return list(dict.fromkeys(row))

    def own(self, fact: Fact) -> frozenset[str]:
        """The values of a fact's document that are of its kind."""
        return frozenset(self._own.get((fact.document.id, *_sort(fact)), ()))

    def is_followed(self, term: str, head: str) -> bool:
        """Whether a word in quotation marks stands before this word somewhere."""
        return bool(head) and (term, head) in self._heads

    @cached_property
    def _heads(self) -> frozenset[tuple[str, str]]:
        return frozenset((fact.value, fact.slot) for fact in self.all if fact.kind == "term")

    @cached_property
    def demands(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By document, the demands that its items make, each with the item's id."""
        return self._told("clause", lambda fact: (fact.value,))

    @cached_property
    def listed(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By document, the members of its lists, each with the item's id."""
        return self._told("members", lambda fact: fact.values)

    @cached_property
    def rows(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By document, the rows that its sentences announce, each with the item's id."""
        return self._told("rows", lambda fact: fact.values)

    def _told(
        self, kind: FactKind, values: Callable[[Fact], Iterable[str]]
    ) -> Mapping[str, tuple[tuple[str, str], ...]]:
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for fact in self.all:
            if fact.kind == kind:
                found[fact.document.id] += [(fact.part.id, value) for value in values(fact)]
        return {document: tuple(row) for document, row in found.items()}

    def says(self, statement: str, words: str) -> bool:
        """Whether any sentence says what a statement says, the words that matter included."""
        wanted = bigrams(statement)
        return any(
            len(wanted & bigrams(text)) >= SAID * len(wanted) for text in self._with(normalized(words))
        )

    def equals(self, one: str, other: str) -> bool:
        """Whether a sentence says that one is the other: 全国人民代表大会是最高国家权力机关."""
        said = re.compile(f"{re.escape(normalized(one))}.{{0,12}}是.{{0,12}}{re.escape(normalized(other))}")
        return any(said.search(text) for text in self._with(normalized(other)))

    def _with(self, words: str) -> Iterator[str]:
        """The sentences that have these words, each once."""
        whole, place = self._whole, 0
        while words and (place := whole.find(words, place)) >= 0:
            start, end = whole.rfind("\n", 0, place) + 1, whole.find("\n", place)
            yield whole[start:end]
            place = end

    def made_by(self, demand: str, part: Part) -> bool:
        """Whether a part makes a demand, in these words or much the same."""
        wanted = bigrams(demand)
        return len(wanted & self._pairs[part.id]) >= SAID * len(wanted)

    def fits(self, words: str, document: Document, least: float = _FITTING) -> bool:
        """Whether words could be a document's own: so large a share of their pairs stands in it somewhere."""
        wanted = bigrams(words)
        return len(wanted & self._vocabulary[document.id]) >= least * len(wanted)

    @cached_property
    def _vocabulary(self) -> Mapping[str, frozenset[str]]:
        return {d.id: frozenset().union(*(self._pairs[part.id] for part in d.parts)) for d in self.documents}

    def stands_in(self, words: str, part: Part) -> bool:
        """Whether words stand in a part, whatever their white space and script."""
        return normalized(words) in self.text(part)

    def text(self, part: Part) -> str:
        """A part's text as it is compared."""
        return self._texts[part.id]

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {part.id: normalized(part.text) for document in self.documents for part in document.parts}

    @cached_property
    def _pairs(self) -> Mapping[str, frozenset[str]]:
        return {part_id: bigrams(text) for part_id, text in self._texts.items()}

    @cached_property
    def _whole(self) -> str:
        """The sentences of all parts, one a line."""
        parts = (part for document in self.documents for part in document.parts)
        rows = (normalized(row) for part in parts for row in re.split("[。；;！？\n]", part.text))
        return "\n".join(["", *(row for row in rows if row), ""])

    @cached_property
    def annexes(self) -> Mapping[str, frozenset[str]]:
        """The ids of the documents that have an annex, by its title in its marks."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document in self.documents:
            for part in document.parts:
                if annex := ANNEX.match(part.place):
                    found[annex[1]].add(document.id)
        return {title: frozenset(ids) for title, ids in found.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """How a question calls each document, by id: its title, and what tells it from its like."""
        counts = Counter(document.short_title for document in self.documents)
        return {d.id: _name(d, counts[d.short_title] > 1) for d in self.documents}


def _name(document: Document, twice: bool) -> str:
    header = document.header
    told = f"（{header.number or header.date or header.year or document.id}）" if twice else ""
    title = document.short_title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》{told}"


def _sort(fact: Fact) -> tuple[FactKind, str]:
    return fact.kind, fact.slot if fact.kind in _KINDS_BY_SLOT else ""
