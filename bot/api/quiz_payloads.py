"""Request bodies of the HTTP interface of quizzes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.api.payloads import ScopeBody
from bot.quiz.papers.blueprint import (
    LARGEST_SEED,
    MOST_QUESTIONS,
    Blueprint,
    question_counts,
    valid_seed,
)
from bot.quiz.question import KINDS


class QuizScopeBody(ScopeBody):
    """Which documents and sections to ask about; an empty field allows all."""

    sections: list[str] = Field(default=[], max_length=200, description="章节标题，如“一、坚持党建强会”")


class QuizBody(BaseModel):
    """The blueprint of a paper; unknown fields are rejected: a misspelt one would give another paper."""

    model_config = ConfigDict(extra="forbid")

    count: int | None = Field(default=None, description=f"题数，1 到 {MOST_QUESTIONS}", examples=[20])
    kinds: dict[str, int] | None = Field(default=None, description=f"各题型的题数：{'、'.join(KINDS)}")
    scope: QuizScopeBody = Field(default_factory=QuizScopeBody)
    seed: int = Field(default=1, description=f"随机种子，0 到 {LARGEST_SEED}；同样的请求得到同样的题")
    title: str = Field(default="", max_length=100)
    mode: Literal["quoting", "generated"] = Field(
        default="quoting", description="generated：由模型出题，同样核对"
    )
    stream: bool = Field(default=False, description="边出边报进度（server-sent events）")

    def blueprint(self) -> Blueprint:
        """The body as a blueprint. Raises QuizError."""
        return Blueprint(
            kinds=question_counts(self.count, self.kinds),
            seed=valid_seed(self.seed),
            scope=self.scope.scope(),
            sections=tuple(self.scope.sections),
            title=self.title.strip(),
        )


class EditBody(BaseModel):
    """The fields of a question that a trainer changes; missing fields stay as they are."""

    model_config = ConfigDict(extra="forbid")

    stem: str | None = Field(default=None, min_length=4, max_length=1000)
    options: list[str] | None = Field(default=None, max_length=8)
    answer: list[str] | None = Field(default=None, max_length=20)
    explanation: str | None = Field(default=None, max_length=2000)
    difficulty: str | None = None


class AttemptBody(BaseModel):
    """An answer in practice; `reader` is any text that stays the same on one phone."""

    question: str = Field(max_length=40)
    answer: list[str] = Field(max_length=30)
    reader: str = Field(min_length=8, max_length=100)


class ExportBody(BaseModel):
    """The columns of the Excel bank, in order; a mapping renames them."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str] | list[str] | None = None
