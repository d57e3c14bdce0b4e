"""How many tokens a text has. The only door to tiktoken, and nothing is ever downloaded.

tiktoken's own loader fetches a missing vocabulary without a timeout, and deletes one that it does not know.
So the file is read here: exact counts where it lies in the folder of TIKTOKEN_CACHE_DIR with the right
sha256, else an estimate on the safe side.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import vocabulary_folder

if TYPE_CHECKING:
    from tiktoken import Encoding

# cl100k_base, as tiktoken 0.14 defines it; of the usual vocabularies the one with more tokens for Chinese.
VOCABULARY = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"  # the file's name in tiktoken's cache
DIGEST = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"
    r"|\s*[\r\n]|\s+(?!\S)|\s"
)

# Shares measured on official documents: -5 to +12 % of cl100k, about 70 % above o200k.
PER_CHARACTER, LETTERS, DIGITS, RARE = 1.2, 5, 3, 4
_PIECES = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<rare>[\U00010000-\U0010ffff])|(?P<letter>[^\W\d_])"
    r"|[^\S\n]+(?P<blank>)|(?P<mark>[\s\S])"
)


def count_tokens(text: str) -> int:
    """The tokens of a text: exact by cl100k where its vocabulary is at hand, else estimated."""
    encoding = _encoding(vocabulary_folder())
    return len(encoding.encode_ordinary(text)) if encoding else estimate_tokens(text)


def is_exact() -> bool:
    """True if tokens are counted, False if they are estimated."""
    return _encoding(vocabulary_folder()) is not None


def count_fitting(texts: Iterable[str], budget: int) -> int:
    """How many of the ranked texts, whole and from the first on, fit a budget of tokens."""
    used = fit = 0
    for text in texts:
        used += count_tokens(text)
        if used > budget:
            break
        fit += 1
    return fit


def estimate_tokens(text: str) -> int:
    """The tokens of a text by its kinds of characters; for Chinese about 1.2 each."""
    return math.ceil(sum(map(_weight, _PIECES.finditer(text))))


def _weight(piece: re.Match[str]) -> float:
    size = piece.end() - piece.start()
    match piece.lastgroup:
        case "word":
            return math.ceil(size / LETTERS)
        case "number":
            return math.ceil(size / DIGITS)
        case "letter":
            return PER_CHARACTER
        case "rare":
            return RARE
        case "blank":
            return 0 if piece[0] == " " else 1
        case _:
            return 1


@cache
def _encoding(folder: Path | None) -> Encoding | None:
    """tiktoken's encoder from the vocabulary file of a folder; None without that very file."""
    if folder is None:
        return None
    try:
        content = (folder / VOCABULARY).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != DIGEST:
        return None
    from tiktoken import Encoding

    pairs = (line.split() for line in content.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return Encoding("cl100k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
