"""Counterfactual documents: one number changed at a time, to see whether answers follow the text and cite it.

Every number with a unit, percentage and frequency of a sentence is a candidate. Its question is its clause
with an interrogative in its place. Each change is made in a temporary copy of the folder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.settings import Settings
from eval.answers.asking import ask_all, temporary_assistant
from eval.answers.results import QuestionResult
from eval.answers.scoring import comparable_text
from eval.gold.questions import GoldQuestion
from eval.retrieval.splitters import raw_text
from eval.tables import TableRows, share_row
from knowledge.items import Document, Part
from knowledge.language.sentences import Span, clauses, sentences

COPIES = 20  # at least, where the numbers allow it
_FEWEST_EACH = 2
_CONTEXT = 4  # characters behind a number that are compared with it
_UNITS = "周年|小时|学时|个?工作日|万元|元|[个家名人项篇种场期届批支所部次天倍]"
_FREQUENCIES = ("每半年", "每季度", "每两年", "每月", "每年", "每周")
_NUMERALS = "二三四五六七八九"
_NUMBER = re.compile(
    rf"(?P<frequency>{'|'.join(_FREQUENCIES)})(?!度)"
    r"|(?<![\d.])(?P<percent>\d{1,2})(?=\s*[%％])"
    rf"|(?<![\d.第〔\-—])(?P<count>\d{{1,3}})(?=\s*(?:{_UNITS}))"
    rf"|(?<![第每十百])(?P<numeral>[两{_NUMERALS}])(?=[大个家名项种类层支场])(?!项规定)"
    r"|(?<=至少)[^\d，。；]{0,6}?(?P<least>一)(?=[个家名项种类支场])"
)
_BEHIND = re.compile(rf"\s*(?:[%％]|{_UNITS}|[大类层])?\s*(?P<bound>以上|以下|左右|[多余](?=[个家名]))?")
_QUOTED = re.compile(r"“([^“”]*)”|《[^《》]*》")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a part: its kind, its clause, its positions `start` and `end` in the part's text."""

    document: Document
    part: Part
    kind: str
    start: int
    end: int
    clause: Span

    @property
    def words(self) -> str:
        """The number as it is written in the text."""
        return self.part.text[self.start : self.end]

    def expected_text(self, words: str) -> str:
        """What an answer must contain if the number reads `words`: them and up to four characters more."""
        following = re.match(rf"[\w\s%％]{{0,{_CONTEXT}}}", self.part.text[self.end : self.clause.end])
        return comparable_text(words + (following[0] if following else ""))

    def question(self) -> str:
        """The clause with an interrogative for the number."""
        text = self.part.text
        behind = _BEHIND.match(text, self.end, self.clause.end)
        after = text[self.end : self.clause.end]
        if behind and behind["bound"]:
            after = text[self.end : behind.start("bound")] + text[behind.end("bound") : self.clause.end]
        if self.kind == "percent":
            after = after.lstrip(" %％")
        question = text[self.clause.start : self.start] + _INTERROGATIVES[self.kind] + after
        return "".join(question.split()).rstrip("，,：:；;。、") + "？"

    def replacements(self, most: int) -> list[str]:
        """At most `most` other numbers to put in its place, always the same ones.

        None ends with the number or is an ending of it, so that neither is found inside the other.
        """
        candidates = _replacements(self.kind, self.words)
        return [one for one in candidates if not _is_suffix(one, self.words)][:most]


_INTERROGATIVES = {
    "frequency": "多久",
    "percent": "百分之多少",
    "count": "多少",
    "numeral": "几",
    "least": "几",
}


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A number changed to `words` in a copy: the results of its question before and after."""

    number: Number
    words: str
    before: QuestionResult
    after: QuestionResult

    @property
    def shows_new_number(self) -> bool:
        """Whether the answer after the change shows the new number."""
        return self.after.score.facts_found > 0

    @property
    def shows_old_number(self) -> bool:
        """Whether the answer after the change still shows the old number."""
        return self.number.expected_text(self.number.words) in comparable_text(self.after.answer)

    @property
    def cites_changed_part(self) -> bool:
        """Whether the answer after the change cites the changed part."""
        return self.after.score.required_cited > 0


def find_numbers(documents: Sequence[Document], folder: Path) -> list[Number]:
    """The numbers that can be changed: those of citable parts whose sentence occurs once in its file.

    `folder` holds the documents' files.
    """
    numbers: list[Number] = []
    for document in documents:
        raw = "".join(raw_text(folder / document.file).split())
        for part in document.parts:
            if part.citable and part.kind != "information":
                numbers += [one for one in _numbers(document, part) if raw.count(_sentence(one)) == 1]
    return numbers


def _numbers(document: Document, part: Part) -> Iterator[Number]:
    for sentence in sentences(part.text):
        for found in _NUMBER.finditer(part.text, sentence.start, sentence.end):
            kind = found.lastgroup or ""
            start, end = found.span(kind)
            clause = _clause(part.text, sentence, start)
            if clause is not None and not (kind == "numeral" and _is_quoted(part.text, start)):
                yield Number(document, part, kind, start, end, clause)


def _clause(text: str, sentence: Span, place: int) -> Span | None:
    """The words in “…” around a place, else its clause; None inside 《…》."""
    for quoted in _QUOTED.finditer(text, sentence.start, sentence.end):
        if quoted.start() <= place < quoted.end():
            return Span(*quoted.span(1), quoted[1]) if quoted[1] is not None else None
    return next((one for one in clauses(text, sentence) if one.start <= place < one.end), None)


def _is_quoted(text: str, place: int) -> bool:
    """Whether a place is inside “…” or 《…》, where a numeral belongs to a fixed phrase."""
    return any(quoted.start() <= place < quoted.end() for quoted in _QUOTED.finditer(text))


def _sentence(number: Number) -> str:
    """The sentence of a number without white space."""
    return "".join(_span(number).text.split())


def _span(number: Number) -> Span:
    """The sentence of a number in its part's text."""
    return next(s for s in sentences(number.part.text) if s.start <= number.start < s.end)


def _replacements(kind: str, words: str) -> Iterator[str]:
    if kind == "frequency":
        yield from _FREQUENCIES
    elif kind == "percent":
        yield from (str((int(words) + 11 * n) % 90 + 10) for n in range(1, 9))
    elif kind == "count":
        yield from (str(int(words) + 2 + 5 * n) for n in range(20))
    else:
        yield from _NUMERALS[::-1]


def _is_suffix(one: str, other: str) -> bool:
    """Whether one of two numbers ends with the other."""
    return one.endswith(other) or other.endswith(one)


def replace_number(raw: str, number: Number, words: str) -> str:
    """The raw text of a file with only the number replaced; white space inside the sentence is ignored."""
    places = [place for place, char in enumerate(raw) if not char.isspace()]
    first = "".join(raw[place] for place in places).index(_sentence(number))
    first += len("".join(number.part.text[_span(number).start : number.start].split()))
    last = first + len("".join(number.words.split())) - 1
    return raw[: places[first]] + words + raw[places[last] + 1 :]


def ask_counterfactuals(settings: Settings, copies: int = COPIES) -> list[Counterfactual]:
    """Every number asked for before and after each of its changes.

    There are at least `copies` changes, where the numbers allow it, and two per number.
    """
    with temporary_assistant(settings) as assistant:
        numbers = find_numbers(assistant.documents, settings.documents)
        before = ask_all(assistant, [_gold(number, number.words) for number in numbers])
    each = max(_FEWEST_EACH, -(-copies // max(1, len(numbers))))
    return [
        Counterfactual(number, words, result, _after(settings, number, words))
        for number, result in zip(numbers, before, strict=True)
        for words in number.replacements(each)
    ]


def _gold(number: Number, words: str) -> GoldQuestion:
    """The gold question for a number that reads `words`."""
    name = f"{number.document.id} {number.part.label} {number.words}→{words}"
    cites = ((number.document.id, number.part.label),)
    old = () if words == number.words else (number.expected_text(number.words),)
    facts = ((number.expected_text(words),),)
    return GoldQuestion(name, "altered", number.question(), True, cites, key_facts=facts, must_not=old)


def _after(settings: Settings, number: Number, words: str) -> QuestionResult:
    with TemporaryDirectory(prefix="yaodian-altered-") as name:
        folder = Path(name) / "documents"
        shutil.copytree(settings.documents, folder)
        file = folder / number.document.file
        file.write_text(replace_number(raw_text(file), number, words), encoding="utf-8", newline="")
        with temporary_assistant(replace(settings, documents=folder)) as assistant:
            return ask_all(assistant, [_gold(number, words)])[0]


def table_rows(changes: Sequence[Counterfactual]) -> TableRows:
    """The rows of the table: right before, and what the answers after the change show and cite."""
    right_before = [change for change in changes if change.before.right]
    return [
        share_row("改前答对", [change.before.right for change in changes]),
        share_row("改后说出新数", [change.shows_new_number for change in changes]),
        share_row("改后仍说旧数", [change.shows_old_number for change in changes]),
        share_row("改后引用所改的条", [change.cites_changed_part for change in changes]),
        share_row("改后全对（新数、无旧数、引用）", [change.after.right for change in changes]),
        share_row("改前答对的，改后也全对", [change.after.right for change in right_before]),
    ]


def failure_lines(changes: Sequence[Counterfactual]) -> list[str]:
    """A Chinese line per change whose answer is not right after it: the question and why."""
    return [
        f"· {change.after.id} {change.after.question}\n    {'；'.join(change.after.score.reasons)}"
        for change in changes
        if not change.after.right
    ]
