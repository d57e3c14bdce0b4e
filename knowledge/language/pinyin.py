"""Words that sound alike: typos by ear, pinyin and its initials led back to words of the documents.

The only door to pypinyin. Tones are left out; of several readings the commonest is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2,8}")
_Key = TypeVar("_Key")
SOUND_TRUST, INITIALS_TRUST = 0.8, 0.7


@dataclass(frozen=True, slots=True)
class Sounds:
    """Words by their syllables (dang zhi bu), their pinyin (dangzhibu) and its initials (dzb)."""

    by_syllables: dict[tuple[str, ...], tuple[str, ...]]
    by_pinyin: dict[str, tuple[str, ...]]
    by_initials: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> Sounds:
        """The sounds of some words; what is not two to eight Chinese characters is left out."""
        syllables: dict[tuple[str, ...], list[str]] = {}
        pinyin: dict[str, list[str]] = {}
        initials: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if _HAN_WORD.fullmatch(word):
                heard = spoken(word)
                syllables.setdefault(heard, []).append(word)
                pinyin.setdefault("".join(heard), []).append(word)
                initials.setdefault("".join(s[:1] for s in heard), []).append(word)
        return cls(_frozen(syllables), _frozen(pinyin), _frozen(initials))

    def like(self, word: str) -> tuple[tuple[str, float], ...]:
        """Words of the documents that sound like a word, or that a Latin one spells, with their trust."""
        if word.isascii():
            found = [(w, SOUND_TRUST) for w in self.by_pinyin.get(word, ())]
            initials = self.by_initials.get(word, ()) if len(word) >= 3 else ()
            return tuple(found + [(w, INITIALS_TRUST) for w in initials[:3]])
        if not _HAN_WORD.fullmatch(word):
            return ()
        return tuple((w, SOUND_TRUST) for w in self.by_syllables.get(spoken(word), ()) if w != word)


@lru_cache(maxsize=50_000)
def spoken(word: str) -> tuple[str, ...]:
    """The syllables of a word, without tones; n and l, and front and back nasals, kept apart."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.NORMAL))


def _frozen(found: dict[_Key, list[str]]) -> dict[_Key, tuple[str, ...]]:
    return {key: tuple(words) for key, words in found.items()}
