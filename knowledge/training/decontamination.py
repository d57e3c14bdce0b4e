"""Decontamination: texts that share wording with the documents of an evaluation are not learned from."""

from __future__ import annotations

from pathlib import Path

from knowledge.collection import document_files
from knowledge.language.words import fold
from knowledge.reading import SUFFIXES, read
from knowledge.reading.lines import compact
from knowledge.training.errors import TrainingError

_SHINGLE = 10  # characters
_STEP = 3  # every third shingle of a text is looked up
_SHORT = 14  # a shorter text overlaps only if it occurs whole
_MOST_SHARED = 0.25  # of the shingles that were looked up


class EvaluationTexts:
    """Texts of an evaluation, as character shingles."""

    def __init__(self, texts: list[str]) -> None:
        self._all = "\n".join(fold(compact(text)) for text in texts)
        starts = range(len(self._all) - _SHINGLE + 1)
        self._shingles = {self._all[start : start + _SHINGLE] for start in starts}

    def overlaps(self, text: str) -> bool:
        """Whether more than a quarter of the shingles of a folded text without spaces are in these texts."""
        if len(text) < _SHORT:
            return text in self._all
        shingles = [text[start : start + _SHINGLE] for start in range(0, len(text) - _SHINGLE, _STEP)]
        return sum(shingle in self._shingles for shingle in shingles) > _MOST_SHARED * len(shingles)


def evaluation_texts(folders: list[Path]) -> EvaluationTexts:
    """The texts of every document in the folders. Raises TrainingError, and DocumentError as `read` does.

    A folder without documents is an error: a mistyped path would switch the check off silently.
    """
    return EvaluationTexts([text_of(path) for folder in folders for path in readable(folder)])


def readable(folder: Path) -> list[Path]:
    """The files of a folder that can be read, in name order. Raises TrainingError where there is none."""
    files = [path for path in document_files(folder) if path.suffix.lower() in SUFFIXES]
    if not files:
        raise TrainingError(f"文件夹 {folder} 里没有能读的文件（{'、'.join(SUFFIXES)}），请检查路径。")
    return files


def text_of(path: Path) -> str:
    """The text of a file, its lines joined. Raises DocumentError as `read` does."""
    return "\n".join(line.text for line in read(path).lines)
