"""The common text splitters of LangChain as baselines. The only door to langchain-text-splitters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from knowledge.reading import read

Splitter = Callable[[str], list[str]]

USUAL = "RecursiveCharacter 500/50"
MISSING = (
    "没有安装 langchain-text-splitters，与 LangChain 的对比从略；安装：pip install langchain-text-splitters"
)

# What LangChain's documentation advises for languages that put no space between words.
_CHINESE = ("\n\n", "\n", " ", ".", ",", "\u200b", "\uff0c", "\u3001", "\uff0e", "\u3002", "")


def splitters_installed() -> bool:
    """Whether the optional library langchain-text-splitters is installed."""
    return find_spec("langchain_text_splitters") is not None


def splitters() -> Mapping[str, Splitter]:
    """The splitters by name: text in, chunks out.

    Sizes are chunk size and overlap in characters. Raises ModuleNotFoundError where the library is not
    installed.
    """
    return {
        USUAL: _recursive(500, 50),
        "同上，中文分隔符": _recursive(500, 50, _CHINESE),
        "RecursiveCharacter 250/50": _recursive(250, 50),
        "MarkdownHeader（默认）": _by_headers(),
    }


def _recursive(size: int, overlap: int, separators: Sequence[str] | None = None) -> Splitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    own = list(separators) if separators else None
    return RecursiveCharacterTextSplitter(separators=own, chunk_size=size, chunk_overlap=overlap).split_text


def _by_headers() -> Splitter:
    from langchain_text_splitters import MarkdownHeaderTextSplitter

    headers = [("#" * level, f"h{level}") for level in range(1, 7)]
    splitter = MarkdownHeaderTextSplitter(headers)
    return lambda text: [chunk.page_content for chunk in splitter.split_text(text)]


def raw_text(path: Path) -> str:
    """The decoded text of a file, otherwise unchanged. Raises what `knowledge.reading.read` raises."""
    return path.read_bytes().decode(read(path).encoding, errors="replace")
