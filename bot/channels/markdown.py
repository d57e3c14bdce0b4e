"""Plain text escaped as Markdown, for chat tools that render it.

The rules are CommonMark's (spec.commonmark.org/0.31.2): a character that would be read as markup gets a
backslash.
"""

from __future__ import annotations

import re

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_ANYWHERE = re.compile(r"[\\`*_~<|$]|&(?=#?\w+;)|(?<=\])(?=[(\[:])|(?<=!)(?=\[)")
_IN_A_LINK = re.compile(r"[\\`*_~<|$\[\]]|&(?=#?\w+;)")
_AT_THE_START = re.compile(r"\A(?:\d{1,9}(?=[.)](?:\s|$))|(?=>|#{1,6}(?:\s|$)|[+-](?:\s|$)|(?:--+|=+)\s*$))")
_BEFORE = r"\\\g<0>"
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "\\": "%5C"})


def as_markdown(text: str) -> str:
    """The text as Markdown, its `<a href>` links as links, its lines as lines."""
    return "  \n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    """An escaped line, without its leading blanks, which would turn it into code."""
    plain, parts, end = line.strip(" \t"), [], 0
    for found in _LINK.finditer(plain):
        words, address = _IN_A_LINK.sub(_BEFORE, found[2]), found[1].translate(_ADDRESS)
        parts += [_ANYWHERE.sub(_BEFORE, plain[end : found.start()]), f"[{words}]({address})"]
        end = found.end()
    parts.append(_ANYWHERE.sub(_BEFORE, plain[end:]))
    return _AT_THE_START.sub(r"\g<0>\\", "".join(parts))
