"""生成模式: a model writes, the program vouches. What fails its checks is repaired once or quoted instead.

A model's answer is a row of claims that point to numbered sentences. Claims are checked one by one; the
quotes behind them are copied from the store by those numbers and never taken from the model.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.answers.answer import Answer, ModelUsage
from bot.answers.citations import Citation, cite, holds
from bot.errors import ModelError
from bot.generation.context import ModelContext, visible
from bot.llm.client import Model
from bot.llm.messages import ModelMessage, Reply, Usage
from bot.verification.verify import (
    ClaimCheck,
    ClaimsUnreadable,
    read_claims,
    verify,
    verify_all,
)
from prompts import load

CLAIMS_SCHEMA = {
    "title": "claims",
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["answered", "not_covered"]},
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["status", "claims"],
    "additionalProperties": False,
}
_HEADING = re.compile(r"^[^\[\]]{1,24}[：:]\s*$")  # 江西： above the statements of that province
_MOST_WORDINGS, _LONGEST_WORDING = 3, 80
_LONGEST_BEFORE = 300  # characters of the answer before that go along
_REFUSED = "模型的回答没有通过核对。"


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One question as a model gets it: the question, the turns before, the items, and what quoting says."""

    question: str
    given: ModelContext
    quoted: Answer
    history: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Written:
    """What has been verified so far: lines with their markers, and the citations behind them."""

    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def add(self, verdict: ClaimCheck, given: ModelContext) -> str | None:
        """The claim as a line with its markers; None where a quote does not hold."""
        markers = ""
        for number in verdict.sources:
            evidence = given.evidence(number)
            known = next((c for c in self.citations if (c.part_id, c.quote) == _key(given, number)), None)
            citation = known or cite(evidence, len(self.citations) + 1)
            if not holds(citation, evidence.part):
                return None
            if known is None:
                self.citations.append(citation)
            markers += f"[{citation.marker}]"
        line = f"{verdict.claim.text.rstrip('。；; ')}{markers}。"
        if line not in self.lines:
            self.lines.append(line)
        return line


class Generating:
    """Answers by a model over given items; every way out is a checked answer."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def prompt(self) -> str:
        """The digest of the prompts, by which an answer can be traced to them."""
        return "+".join(load(name).digest for name in ("answer", "question"))

    def answer(self, asked: GenerationRequest) -> Answer:
        """The model's answer where it holds, repaired once where it does not, else the quoted one."""
        messages, usage = _messages(asked), Usage(0, 0, False)
        try:
            for _ in range(2):
                reply = self._model.complete(messages, CLAIMS_SCHEMA)
                usage = _sum(usage, reply.usage)
                made, faults = self._checked(reply, asked)
                if made is not None:
                    return replace(made, made=self._made(reply, usage))
                messages = [*messages, ModelMessage("assistant", reply.text), _repair(faults)]
        except ModelError as error:
            return _quoted(asked, str(error))
        return _quoted(asked, _REFUSED)

    def wordings(self, question: str, history: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
        """Other wordings of a question, for the search alone; none where the model cannot say."""
        told = "".join(f"{visible(q)}（{_shortened(a)}）" for q, a in history)
        filled = load("rewrite").fill(history=told or "（无）", question=visible(question))
        try:
            text = self._model.complete([ModelMessage("user", filled)]).text
        except ModelError:
            return ()
        lines = (
            re.sub(r"^\s*(第.行[：:]|\d[.、．]|[-·])\s*", "", line).strip() for line in text.splitlines()
        )
        return tuple(visible(line) for line in lines if 3 < len(line) <= _LONGEST_WORDING)[:_MOST_WORDINGS]

    def stream(self, asked: GenerationRequest) -> Iterator[str | Answer]:
        """Verified statements as they come, then the Answer; closing it cancels the model's request."""
        written, usage, first = _Written(), Usage(0, 0, True), None
        started = time.monotonic()
        try:
            stream = self._model.stream(_messages(asked))
            try:
                heading = ""
                for line in _lines(stream):
                    heading = line if _HEADING.match(line) else heading
                    told = self._line(f"{heading}\n{line}", asked, written) if line != heading else None
                    if told and first is None:
                        first = time.monotonic() - started
                    if told:
                        yield told + "\n"
            finally:
                stream.close()
            reply = stream.reply
        except ModelError as error:
            yield self._cut_off(asked, written, str(error))
            return
        usage = reply.usage
        if not written.lines:
            yield self._nothing_held(asked, reply)
            return
        yield replace(_answered(written), made=self._made(reply, usage, first))

    def _line(self, line: str, asked: GenerationRequest, written: _Written) -> str | None:
        """A streamed line as a verified statement; None where it is none or does not hold."""
        try:
            reading = read_claims(line)
        except ClaimsUnreadable:
            return None
        told = ""
        for claim in reading.claims:
            verdict = verify(claim, asked.given.sources)
            if not verdict.faults:
                told += written.add(verdict, asked.given) or ""
        return told or None

    def _checked(self, reply: Reply, asked: GenerationRequest) -> tuple[Answer | None, list[str]]:
        """The answer that a reply amounts to, or None with what is wrong with it."""
        try:
            reading = read_claims(reply.text)
        except ClaimsUnreadable as error:
            return None, [str(error)]
        if reading.status == "not_covered":
            return _not_covered(asked), []
        verified = verify_all(reading.claims, asked.given.sources)
        written = _Written()
        for verdict in verified.kept:
            written.add(verdict, asked.given)
        if not written.lines or len(verified.kept) * 2 < len(reading.claims):
            return None, [f"“{visible(v.claim.text)}”：{'；'.join(v.faults)}" for v in verified.dropped]
        return _answered(written), []

    def _nothing_held(self, asked: GenerationRequest, reply: Reply) -> Answer:
        """After a stream in which nothing held: a refusal by the model, or the one repair."""
        try:
            refused = read_claims(reply.text).status == "not_covered"
        except ClaimsUnreadable:
            refused = False
        return _not_covered(asked) if refused else self.answer(asked)

    def _cut_off(self, asked: GenerationRequest, written: _Written, reason: str) -> Answer:
        """What a stream that broke off leaves: its verified statements, else the quoted answer."""
        if not written.lines:
            return _quoted(asked, reason)
        return replace(_answered(written), degraded=True, notice=f"{reason}以上是已核对的部分。")

    def _made(self, reply: Reply, usage: Usage, first_statement: float | None = None) -> ModelUsage:
        return ModelUsage(
            reply.model, self.prompt, usage.prompt, usage.completion, usage.estimated, first_statement
        )


def _messages(asked: GenerationRequest) -> list[ModelMessage]:
    rules = load("answer").fill(delimiter=asked.given.delimiter)
    told = "".join(f"上文问：{visible(q)}\n上文答：{_shortened(a)}\n" for q, a in asked.history)
    question = load("question").fill(
        history=told,
        question=visible(asked.question),
        delimiter=asked.given.delimiter,
        items=asked.given.block,
    )
    return [ModelMessage("system", rules), ModelMessage("user", question)]


def _shortened(said: str) -> str:
    """What was said before, as much of it as a follow-up needs."""
    plain = visible(said)
    return plain if len(plain) <= _LONGEST_BEFORE else f"{plain[:_LONGEST_BEFORE]}…"


def _repair(faults: Sequence[str]) -> ModelMessage:
    return ModelMessage("user", load("repair").fill(faults="\n".join(faults)[:1500] or "没有可用的陈述。"))


def _answered(written: _Written) -> Answer:
    return Answer("answered", "\n".join(written.lines), tuple(written.citations), mode="generated")


def _not_covered(asked: GenerationRequest) -> Answer:
    """The model finds nothing: what quoting says where it refuses too, else that with the nearest item."""
    if asked.quoted.status != "answered":
        return asked.quoted
    nearest = asked.quoted.citations[0]
    said = f"最接近的是：《{nearest.document_title}》{nearest.place}：“{nearest.quote}”[1]"
    text = f"未涉及：给出的条目没有写到所问的内容。\n{said}"
    return Answer("not_covered", text, (replace(nearest, marker=1),), mode="generated")


def _quoted(asked: GenerationRequest, reason: str) -> Answer:
    return replace(asked.quoted, degraded=True, notice=f"{reason}已改为摘录原文。")


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt + other.prompt, one.completion + other.completion, one.estimated or other.estimated
    )


def _key(given: ModelContext, number: str) -> tuple[str, str]:
    evidence = given.evidence(number)
    return evidence.part.id, evidence.quote


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Whole lines of a stream, as soon as each is complete."""
    held = ""
    for piece in pieces:
        held += piece
        *whole, held = held.split("\n")
        yield from (line for line in whole if line.strip())
    if held.strip():
        yield held
