"""Generated mode: generative answering with claim verification, repaired once, else the quoted answer.

A model's answer is a list of claims that point to numbered sentences. Each claim is checked; the quotes
behind it are copied from the store by those numbers and never taken from the model.
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
    FAULTS,
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
    """A question as a model gets it: context, turns before, and the quoted answer to fall back on."""

    question: str
    context: ModelContext
    quoted: Answer
    history: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _VerifiedText:
    """What has been verified so far: lines with their markers, and the citations behind them."""

    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def add(self, check: ClaimCheck, context: ModelContext) -> str | None:
        """The claim as a line with its markers; None where a quote does not hold."""
        markers = ""
        for number in check.sources:
            evidence = context.evidence(number)
            known = next((c for c in self.citations if (c.part_id, c.quote) == _key(context, number)), None)
            citation = known or cite(evidence, len(self.citations) + 1)
            if not holds(citation, evidence.part):
                return None
            if known is None:
                self.citations.append(citation)
            markers += f"[{citation.marker}]"
        line = f"{check.claim.text.rstrip('。；; ')}{markers}。"
        if line not in self.lines:
            self.lines.append(line)
        return line


class Generating:
    """Answers by a model from a context; whatever happens, the result is a checked answer."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def prompt(self) -> str:
        """The digest of the prompts, by which an answer can be traced to them."""
        return "+".join(load(name).digest for name in ("answer", "question"))

    def answer(self, request: GenerationRequest) -> Answer:
        """The model's answer where it holds, repaired once where it does not, else the quoted one."""
        messages, usage = _messages(request), Usage(0, 0, False)
        try:
            for _ in range(2):
                reply = self._model.complete(messages, CLAIMS_SCHEMA)
                usage = _sum(usage, reply.usage)
                answer, faults = self._checked(reply, request)
                if answer is not None:
                    return replace(answer, usage=self._model_usage(reply, usage))
                messages = [*messages, ModelMessage("assistant", reply.text), _repair(faults)]
        except ModelError as error:
            return _quoted(request, str(error))
        return _quoted(request, _REFUSED)

    def rewordings(self, question: str, history: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
        """Rewordings of a question for retrieval; none where the model fails."""
        earlier = "".join(f"{visible(q)}（{_shortened(a)}）" for q, a in history)
        filled = load("rewrite").fill(history=earlier or "（无）", question=visible(question))
        try:
            text = self._model.complete([ModelMessage("user", filled)]).text
        except ModelError:
            return ()
        lines = (
            re.sub(r"^\s*(第.行[：:]|\d[.、．]|[-·])\s*", "", line).strip() for line in text.splitlines()
        )
        return tuple(visible(line) for line in lines if 3 < len(line) <= _LONGEST_WORDING)[:_MOST_WORDINGS]

    def stream(self, request: GenerationRequest) -> Iterator[str | Answer]:
        """Verified statements as they come, then the Answer; closing it cancels the model's request."""
        written, usage, first = _VerifiedText(), Usage(0, 0, True), None
        started = time.monotonic()
        try:
            stream = self._model.stream(_messages(request))
            try:
                heading = ""
                for line in _lines(stream):
                    heading = line if _HEADING.match(line) else heading
                    line_text = (
                        self._line(f"{heading}\n{line}", request, written) if line != heading else None
                    )
                    if line_text and first is None:
                        first = time.monotonic() - started
                    if line_text:
                        yield line_text + "\n"
            finally:
                stream.close()
            reply = stream.reply
        except ModelError as error:
            yield self._cut_off(request, written, str(error))
            return
        usage = reply.usage
        if not written.lines:
            yield self._nothing_verified(request, reply)
            return
        yield replace(_answered(written), usage=self._model_usage(reply, usage, first))

    def _line(self, line: str, request: GenerationRequest, written: _VerifiedText) -> str | None:
        """A streamed line as a verified statement; None where it is none or does not hold."""
        try:
            parsed = read_claims(line)
        except ClaimsUnreadable:
            return None
        line_text = ""
        for claim in parsed.claims:
            check = verify(claim, request.context.sources)
            if not check.faults:
                line_text += written.add(check, request.context) or ""
        return line_text or None

    def _checked(self, reply: Reply, request: GenerationRequest) -> tuple[Answer | None, list[str]]:
        """The verified answer of a reply, or None with its faults, for the repair."""
        try:
            parsed = read_claims(reply.text)
        except ClaimsUnreadable as error:
            return None, [str(error)]
        if parsed.status == "not_covered":
            return _not_covered(request), []
        verified = verify_all(parsed.claims, request.context.sources)
        written = _VerifiedText()
        for check in verified.accepted:
            written.add(check, request.context)
        if not written.lines or len(verified.accepted) * 2 < len(parsed.claims):
            return None, [_faults_of(check) for check in verified.rejected]
        return _answered(written), []

    def _nothing_verified(self, request: GenerationRequest, reply: Reply) -> Answer:
        """After a stream in which nothing was verified: the model's refusal, or the one repair."""
        try:
            refused = read_claims(reply.text).status == "not_covered"
        except ClaimsUnreadable:
            refused = False
        return _not_covered(request) if refused else self.answer(request)

    def _cut_off(self, request: GenerationRequest, written: _VerifiedText, reason: str) -> Answer:
        """The answer of a stream that broke off: its verified statements, else the quoted answer."""
        if not written.lines:
            return _quoted(request, reason)
        return replace(_answered(written), degraded=True, notice=f"{reason}以上是已核对的部分。")

    def _model_usage(self, reply: Reply, usage: Usage, first_statement: float | None = None) -> ModelUsage:
        return ModelUsage(
            reply.model, self.prompt, usage.prompt, usage.completion, usage.estimated, first_statement
        )


def _messages(request: GenerationRequest) -> list[ModelMessage]:
    rules = load("answer").fill(delimiter=request.context.delimiter)
    earlier = "".join(f"上文问：{visible(q)}\n上文答：{_shortened(a)}\n" for q, a in request.history)
    question = load("question").fill(
        history=earlier,
        question=visible(request.question),
        delimiter=request.context.delimiter,
        items=request.context.block,
    )
    return [ModelMessage("system", rules), ModelMessage("user", question)]


def _shortened(answer: str) -> str:
    """An earlier answer, as much of it as a follow-up needs."""
    plain = visible(answer)
    return plain if len(plain) <= _LONGEST_BEFORE else f"{plain[:_LONGEST_BEFORE]}…"


def _faults_of(check: ClaimCheck) -> str:
    """A rejected claim and what is wrong with it, in Chinese."""
    return f"“{visible(check.claim.text)}”：{'；'.join(FAULTS[fault] for fault in check.faults)}"


def _repair(faults: Sequence[str]) -> ModelMessage:
    return ModelMessage("user", load("repair").fill(faults="\n".join(faults)[:1500] or "没有可用的陈述。"))


def _answered(written: _VerifiedText) -> Answer:
    return Answer("answered", "\n".join(written.lines), tuple(written.citations), mode="generated")


def _not_covered(request: GenerationRequest) -> Answer:
    """The model finds nothing: what quoting says where it refuses too, else that with the nearest item."""
    if request.quoted.status != "answered":
        return request.quoted
    nearest = request.quoted.citations[0]
    nearest_line = f"最接近的是：《{nearest.document_title}》{nearest.place}：“{nearest.quote}”[1]"
    text = f"未涉及：给出的条目没有写到所问的内容。\n{nearest_line}"
    return Answer("not_covered", text, (replace(nearest, marker=1),), mode="generated")


def _quoted(request: GenerationRequest, reason: str) -> Answer:
    return replace(request.quoted, degraded=True, notice=f"{reason}已改为摘录原文。")


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt + other.prompt, one.completion + other.completion, one.estimated or other.estimated
    )


def _key(context: ModelContext, number: str) -> tuple[str, str]:
    evidence = context.evidence(number)
    return evidence.part.id, evidence.quote


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Whole lines of a stream, as soon as each is complete."""
    rest = ""
    for piece in pieces:
        rest += piece
        *whole, rest = rest.split("\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest
