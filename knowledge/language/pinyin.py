"""Words by their pinyin: homophones, and words typed as pinyin or as its initials.

The only door to pypinyin. Tones are left out; of several readings the commonest is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from knowledge.language.lexicon import Variant

# How sure it is that a word was meant, by what of it was found.
HOMOPHONE_CONFIDENCE, INITIALS_CONFIDENCE = 0.8, 0.7
_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2,8}")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class PhoneticIndex:
    """Words by their syllables (dang zhi bu), their pinyin (dangzhibu) and its initials (dzb)."""

    by_syllables: dict[tuple[str, ...], tuple[str, ...]]
    by_pinyin: dict[str, tuple[str, ...]]
    by_initials: dict[str, tuple[str, ...]]

    @classmethod
    def build(cls, words: Iterable[str]) -> PhoneticIndex:
        """The index of some words; what is not two to eight Chinese characters is left out."""
        by_syllables: dict[tuple[str, ...], list[str]] = {}
        by_pinyin: dict[str, list[str]] = {}
        by_initials: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if _HAN_WORD.fullmatch(word):
                own = syllables(word)
                by_syllables.setdefault(own, []).append(word)
                by_pinyin.setdefault("".join(own), []).append(word)
                by_initials.setdefault("".join(s[:1] for s in own), []).append(word)
        return cls(_freeze(by_syllables), _freeze(by_pinyin), _freeze(by_initials))

    def homophones(self, word: str) -> tuple[Variant, ...]:
        """The words that sound like a word, or that a Latin one spells in pinyin, with their confidence."""
        if word.isascii():
            found = [(w, HOMOPHONE_CONFIDENCE) for w in self.by_pinyin.get(word, ())]
            initials = self.by_initials.get(word, ()) if len(word) >= 3 else ()
            return tuple(found + [(w, INITIALS_CONFIDENCE) for w in initials[:3]])
        if not _HAN_WORD.fullmatch(word):
            return ()
        same = self.by_syllables.get(syllables(word), ())
        return tuple((w, HOMOPHONE_CONFIDENCE) for w in same if w != word)


@lru_cache(maxsize=50_000)
def syllables(word: str) -> tuple[str, ...]:
    """The syllables of a word without tones; n and l, and front and back nasals, stay different."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.NORMAL))


def _freeze(lists: dict[_Key, list[str]]) -> dict[_Key, tuple[str, ...]]:
    return {key: tuple(words) for key, words in lists.items()}
