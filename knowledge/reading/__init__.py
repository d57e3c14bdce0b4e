"""Files become lines: one reader per format, picked by the file's suffix."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from knowledge.errors import DocumentError
from knowledge.reading import markdown, text
from knowledge.reading.lines import Line, Source

__all__ = ["MAX_BYTES", "SUFFIXES", "Line", "Source", "read", "read_bytes"]

MAX_BYTES = 20 * 1024 * 1024

_READERS: dict[str, Callable[[str, bytes], tuple[str, tuple[Line, ...]]]] = {
    ".txt": text.read,
    ".md": markdown.read,
}
SUFFIXES: tuple[str, ...] = tuple(_READERS)


def read(path: Path) -> Source:
    """The file as lines. Raises DocumentError with a Chinese message when it cannot be read."""
    _refuse_suffix(path.name)
    try:
        size = path.stat().st_size
        _refuse_size(path.name, size)
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"找不到文件“{path.name}”，请检查路径。") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError(
            f"文件“{path.name}”无法打开（{reason}），请检查它是否为普通文件并有读取权限。"
        ) from None
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> Source:
    """The bytes of a file of that name as lines. Raises DocumentError as `read` does."""
    reader = _READERS[_refuse_suffix(name)]
    _refuse_size(name, len(data))
    encoding, lines = reader(name, data)
    return Source(name, hashlib.sha256(data).hexdigest(), encoding, lines)


def _refuse_suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in _READERS:
        known = "、".join(SUFFIXES)
        raise DocumentError(f"文件“{name}”的格式不受支持：目前支持 {known}，请另存为其中一种格式后再添加。")
    return suffix


def _refuse_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise DocumentError(f"文件“{name}”有 {size / 1048576:.1f} MB，超过上限 {limit} MB，请拆分后再添加。")
