"""Texts that a person edits and a model reads; `$name` is where a value goes in.

load("answer").fill(question="…", items="…")
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template


class PromptError(ValueError):
    """A prompt that is not there, or values that are not the ones it asks for."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's text, the names it asks for, and the digest by which an answer records it."""

    name: str
    text: str

    @property
    def names(self) -> frozenset[str]:
        """The names of the values that go in."""
        return frozenset(Template(self.text).get_identifiers())

    @property
    def digest(self) -> str:
        """Twelve characters that change whenever the text does."""
        return sha256(self.text.encode()).hexdigest()[:12]

    def fill(self, **values: str) -> str:
        """The text with every value in its place. Raises PromptError for a missing or an unknown name."""
        missing, unknown = self.names - values.keys(), values.keys() - self.names
        if missing or unknown:
            raise PromptError(f"prompt {self.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
        return Template(self.text).substitute(values)


@cache
def load(name: str) -> Prompt:
    """The prompt of that name, from `prompts/<name>.txt`. Raises PromptError."""
    path = files("prompts") / f"{name}.txt"
    if not path.is_file():
        raise PromptError(f"no prompt named {name!r}")
    prompt = Prompt(name, path.read_text(encoding="utf-8").strip() + "\n")
    if not Template(prompt.text).is_valid():
        raise PromptError(f"prompt {name} has a $ that is no name; write $$ for the sign itself")
    return prompt
