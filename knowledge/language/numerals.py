"""Chinese numerals: to numbers and back, and their characters for regular expressions."""

from __future__ import annotations

import re

# Characters of numerals, for use inside the square brackets of a pattern.
ONE_TO_NINE = "一二三四五六七八九"
ONE_TO_TEN = ONE_TO_NINE + "十"

_DIGITS = "零" + ONE_TO_NINE
_VALUES = {char: value for value, char in enumerate(_DIGITS)} | {"〇": 0, "○": 0, "Ｏ": 0, "O": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PLACES = ("", "十", "百", "千")


def to_number(numeral: str) -> int | None:
    """The value of 23, ２３, 二十三 or 二〇二三; None for anything else.

    White space inside is ignored, and a full-width dash is read as the 一 that it is scanned from.
    """
    text = "".join(numeral.split()).replace("－", "一")
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _VALUES and char not in _UNITS for char in text):
        return None
    if len(text) > 1 and all(char in _VALUES for char in text):
        return int("".join(str(_VALUES[char]) for char in text))
    return _with_units(text)


def _with_units(text: str) -> int:
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            total += (1 if digit is None or digit == 0 else digit) * _UNITS[char]
            digit = None
        else:
            digit = _VALUES[char]
    return total + (digit or 0)


def to_chinese(number: int) -> str:
    """The number in Chinese numerals, as documents print it: 23 is 二十三; above 9999 in digits."""
    if not 0 < number <= 9999:
        return "零" if number == 0 else str(number)
    digits = [int(char) for char in str(number)]
    pairs = zip(digits, reversed(range(len(digits))), strict=True)
    words = "".join(_DIGITS[digit] + (_PLACES[place] if digit else "") for digit, place in pairs)
    words = re.sub("零+", "零", words).rstrip("零")
    return words[1:] if words.startswith("一十") else words
