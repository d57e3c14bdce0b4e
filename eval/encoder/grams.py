"""The pieces of a text that the encoder may have a row for, cut as knowledge/encoder.py cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LONGEST = 4  # characters
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def grams(folded: str) -> Iterator[str]:
    """Every run of one to four Chinese characters; Latin words and numbers whole; doubles are kept."""
    for run in _RUN.findall(folded):
        if not is_chinese(run):
            yield run
            continue
        for size in range(1, LONGEST + 1):
            yield from (run[start : start + size] for start in range(len(run) - size + 1))


def is_chinese(gram: str) -> bool:
    """True for a run of Chinese characters, False for a Latin word or number."""
    return gram >= "\u3400"


def rows(folded: str, row_of: Mapping[str, int]) -> list[int]:
    """The rows of a text's grams, each once, in order; the first row where no gram is known."""
    return sorted({row for gram in grams(folded) if (row := row_of.get(gram)) is not None}) or [0]
