"""Plain text: bytes to lines, by strict detection of the encoding."""

from __future__ import annotations

import codecs
import re

from knowledge.errors import DocumentError
from knowledge.reading import markup
from knowledge.reading.lines import Line

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_PLAIN = re.compile(
    r"[\s\x20-\x7e\u3000-\u303f\uff00-\uffef\u2010-\u203b\u00b7\u00d7\u2160-\u217f"
    r"\u2460-\u24ff\u25a0-\u25ff\u3220-\u32ff\u2103\u2200-\u22ff]"
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SAMPLE = 200_000  # characters that are looked at


def read(name: str, data: bytes) -> tuple[str, tuple[Line, ...]]:
    """The encoding and the lines; with markdown headings in the text, without its markup.

    Raises DocumentError.
    """
    encoding, text = decode(name, data)
    lines = split_lines(text)
    convert = markup.to_lines_without_markup if markup.has_headings(lines) else markup.to_lines
    return encoding, convert(lines)


def split_lines(text: str) -> list[str]:
    """The lines of a text, by CR LF, CR or LF; an empty last one is dropped."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def decode(name: str, data: bytes) -> tuple[str, str]:
    """The encoding and the text; raises DocumentError when no encoding gives plausible text.

    Order: byte order mark, strict UTF-8, UTF-16 by its NUL bytes, strict GB18030. GB18030 decodes
    nearly anything, so its result must also look like Chinese text.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise DocumentError(f"文件“{name}”是空的，没有可以读取的文字。请确认保存成功后重新添加。")
    marked = _by_mark(name, data)
    found = marked or _first(data)
    if found is None:
        raise DocumentError(
            f"文件“{name}”不是文本，或编码无法识别（已依次尝试 UTF-8、UTF-16、GB18030）。"
            "请用记事本或 WPS 打开后另存为 UTF-8 编码的文本文件。"
        )
    _refuse_binary(name, found[1])
    return found


def _by_mark(name: str, data: bytes) -> tuple[str, str] | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return encoding, data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"文件“{name}”标明是 {encoding.upper()} 编码，"
                    f"但第 {error.start + len(mark) + 1} 字节处已损坏。请重新导出或另存为 UTF-8。"
                ) from None
    return None


def _first(data: bytes) -> tuple[str, str] | None:
    plain = _try(data, "utf-8")
    if b"\x00" in data:
        wide = _try(data, _by_nul(data))
        return wide if wide and _plausible(wide[1]) else plain
    if plain is not None:
        return plain
    candidates = (_try(data, encoding) for encoding in ("gb18030", "utf-16-le", "utf-16-be"))
    return next((found for found in candidates if found and _plausible(found[1])), None)


def _by_nul(data: bytes) -> str:
    """The byte order of UTF-16, by which byte of ASCII characters is NUL."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    return "utf-16-be" if even > odd else "utf-16-le"


def _try(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return encoding, data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str) -> bool:
    """Whether the text looks like Chinese: 97% known characters, 80% of the Han ones common."""
    sample = text[:_SAMPLE]
    han = _HAN.findall(sample)
    known = len(han) + len(_PLAIN.findall(sample))
    common = sum(1 for char in han if _is_common(char))
    return known >= 0.97 * len(sample) and common >= 0.8 * len(han)


def _is_common(char: str) -> bool:
    """Whether GB 2312 lists the character among its 3,755 common ones (lead bytes B0 to D7)."""
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _refuse_binary(name: str, text: str) -> None:
    """Raise DocumentError when more than 2% are control characters, or one is NUL."""
    nul = text.find("\x00")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise DocumentError(
            f"文件“{name}”第 {line} 行含有空字符（NUL），不是正常的文本。请另存为 UTF-8 文本后重试。"
        )
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) * 50 > len(sample):
        raise DocumentError(f"文件“{name}”含有大量控制字符，像是二进制文件。请导出为文本后重试。")
