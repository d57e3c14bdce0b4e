"""The fact store: the facts of all documents, and what can be proven about a text from their words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from random import Random

from bot.quiz.facts.comparison import bigrams, covers, normalized
from bot.quiz.facts.extraction import extract_facts
from bot.quiz.facts.fact import Fact, FactKind
from knowledge.items import Document, Part
from knowledge.language.numerals import ONE_TO_TEN

TITLED_ANNEX = re.compile(f"附件[{ONE_TO_TEN}\\d]*(《.+》)")  # how a place in an annex with a title begins
# A text states a statement where it covers this share of the statement's bigrams. Changing one word leaves
# most bigrams alone, so only a text that contains the changed word as well is compared.
STATED = 0.6
_DOMAIN = 0.6  # share of a distractor's bigrams that a document must contain, to be of its subject domain
_MOST_OTHERS = 200  # values of other documents that are drawn
_SLOTTED_KINDS = frozenset({"figure", "object", "purpose"})  # whose facts substitute within a slot only

# By document id: the id of a part, and a text of it.
Texts = Mapping[str, tuple[tuple[str, str], ...]]


class FactStore:
    """The facts of documents, each extracted once, and indexes over them, built when first needed.

    `documents` are all documents there are, not only those that a quiz asks about: what another document
    states is no distractor.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self._facts: dict[str, tuple[Fact, ...]] = {}

    # The facts

    def facts(self, document: Document, part: Part) -> tuple[Fact, ...]:
        """The facts of a part, in the order of its text."""
        if part.id not in self._facts:
            self._facts[part.id] = tuple(extract_facts(document, part))
        return self._facts[part.id]

    @cached_property
    def all(self) -> tuple[Fact, ...]:
        """The facts of all documents."""
        return tuple(f for d in self.documents for part in d.parts for f in self.facts(d, part))

    def substitutes(self, fact: Fact, random: Random) -> list[str]:
        """The values that could take a fact's place, its own among them; those of its document first."""
        own = self._document_values.get((fact.document.id, *_substitution_class(fact)), ())
        others = self._values.get(_substitution_class(fact), ())
        drawn = [*random.sample(own, len(own)), *random.sample(others, min(_MOST_OTHERS, len(others)))]
        return list(dict.fromkeys(drawn))

    def document_values(self, fact: Fact) -> frozenset[str]:
        """The values in the fact's own document that could take its place."""
        return frozenset(self._document_values.get((fact.document.id, *_substitution_class(fact)), ()))

    @cached_property
    def _values(self) -> Mapping[tuple[FactKind, str], tuple[str, ...]]:
        """The values of all facts by substitution class, each once."""
        found: defaultdict[tuple[FactKind, str], dict[str, None]] = defaultdict(dict)
        for fact in self.all:
            found[_substitution_class(fact)][fact.value] = None
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def _document_values(self) -> Mapping[tuple[str, FactKind, str], tuple[str, ...]]:
        """The values of all facts by document and substitution class, each once."""
        found: defaultdict[tuple[str, FactKind, str], dict[str, None]] = defaultdict(dict)
        for fact in self.all:
            found[fact.document.id, *_substitution_class(fact)][fact.value] = None
        return {key: tuple(values) for key, values in found.items()}

    def has_head(self, term: str, head: str) -> bool:
        """Whether a term in quotation marks modifies this head word somewhere."""
        return bool(head) and (term, head) in self._term_heads

    @cached_property
    def _term_heads(self) -> frozenset[tuple[str, str]]:
        return frozenset((fact.value, fact.slot) for fact in self.all if fact.kind == "term")

    @cached_property
    def requirements(self) -> Texts:
        """The requirements of each document's items."""
        return self._texts_of("clause", lambda fact: (fact.value,))

    @cached_property
    def list_members(self) -> Texts:
        """The members of each document's inline lists."""
        return self._texts_of("members", lambda fact: fact.values)

    @cached_property
    def enumeration_entries(self) -> Texts:
        """The entries of each document's enumerations."""
        return self._texts_of("rows", lambda fact: fact.values)

    def _texts_of(self, kind: FactKind, texts: Callable[[Fact], Iterable[str]]) -> Texts:
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for fact in self.all:
            if fact.kind == kind:
                found[fact.document.id] += [(fact.part.id, text) for text in texts(fact)]
        return {document_id: tuple(pairs) for document_id, pairs in found.items()}

    # What the documents state

    def states(self, statement: str, words: str) -> bool:
        """Whether any sentence with these words states the statement, verbatim or nearly."""
        wanted = bigrams(statement)
        return any(covers(bigrams(text), wanted, STATED) for text in self._sentences_with(normalized(words)))

    def equates(self, one: str, other: str) -> bool:
        """Whether a sentence says that one is the other: 全国人民代表大会是最高国家权力机关."""
        copula = re.compile(f"{re.escape(normalized(one))}.{{0,12}}是.{{0,12}}{re.escape(normalized(other))}")
        return any(copula.search(text) for text in self._sentences_with(normalized(other)))

    def _sentences_with(self, words: str) -> Iterator[str]:
        """The normalized sentences that contain these words, each once."""
        text, place = self._all_sentences, 0
        while words and (place := text.find(words, place)) >= 0:
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            yield text[start:end]
            place = end

    def part_states(self, statement: str, part: Part) -> bool:
        """Whether a part as a whole states the statement, verbatim or nearly."""
        return covers(self._bigrams[part.id], bigrams(statement), STATED)

    def part_contains(self, words: str, part: Part) -> bool:
        """Whether words occur in a part, white space and script aside."""
        return normalized(words) in self.normalized_text(part)

    def is_of_domain(self, words: str, document: Document, share: float = _DOMAIN) -> bool:
        """Whether words belong to a document's subject domain: it contains this share of their bigrams."""
        return covers(self._document_bigrams[document.id], bigrams(words), share)

    def normalized_text(self, part: Part) -> str:
        """A part's text as it is compared."""
        return self._normalized[part.id]

    @cached_property
    def _normalized(self) -> Mapping[str, str]:
        return {part.id: normalized(part.text) for document in self.documents for part in document.parts}

    @cached_property
    def _bigrams(self) -> Mapping[str, frozenset[str]]:
        return {part_id: bigrams(text) for part_id, text in self._normalized.items()}

    @cached_property
    def _document_bigrams(self) -> Mapping[str, frozenset[str]]:
        return {
            d.id: frozenset().union(*(self._bigrams[part.id] for part in d.parts)) for d in self.documents
        }

    @cached_property
    def _all_sentences(self) -> str:
        """The normalized sentences of all parts, one a line."""
        parts = (part for document in self.documents for part in document.parts)
        lines = (normalized(line) for part in parts for line in re.split("[。；;！？\n]", part.text))
        return "\n".join(["", *(line for line in lines if line), ""])

    # What documents are called

    @cached_property
    def annexes(self) -> Mapping[str, frozenset[str]]:
        """The ids of the documents that have an annex, by its title in its marks 《》."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document in self.documents:
            for part in document.parts:
                if annex := TITLED_ANNEX.match(part.place):
                    found[annex[1]].add(document.id)
        return {title: frozenset(ids) for title, ids in found.items()}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The disambiguated title of each document, by its id, as stems name it."""
        counts = Counter(document.short_title for document in self.documents)
        return {d.id: _disambiguated_title(d, counts[d.short_title] > 1) for d in self.documents}


def _disambiguated_title(document: Document, ambiguous: bool) -> str:
    """The title in its marks; where several documents share it, with the number, date, year or id."""
    header = document.header
    distinction = f"（{header.number or header.date or header.year or document.id}）" if ambiguous else ""
    title = document.short_title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》{distinction}"


def _substitution_class(fact: Fact) -> tuple[FactKind, str]:
    """The kind of a fact, and its slot where only facts of the same slot can stand in for each other."""
    return fact.kind, fact.slot if fact.kind in _SLOTTED_KINDS else ""
