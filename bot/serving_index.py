"""The index that serves: reopened when another process puts a newer generation in place."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock

from bot.understanding.feature_switches import Features
from knowledge.errors import EmbedderMismatch, IndexDamaged
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index, current, open_index
from knowledge.retrieval.vocabulary import Vocabulary

_SET_PHRASE = re.compile(r"“([^“”]{3,8})”")


class ServingIndex:
    """An opened index and its vocabulary, always of the newest whole generation; shared between threads."""

    def __init__(self, folder: Path, opened: Index, embedder: Embedder, features: Features) -> None:
        self._folder, self._embedder, self._features = folder, embedder, features
        self._opened = opened
        self._vocabulary = (opened.folder.name, build_vocabulary(opened, features))
        self._lock = Lock()

    @property
    def index(self) -> Index:
        """The newest generation; where that cannot be opened, the one that is open goes on serving."""
        try:
            if current(self._folder) != self._opened.folder.name:
                self._reopen()
        except (IndexDamaged, EmbedderMismatch):
            pass  # `ready` reports it
        return self._opened

    def _reopen(self) -> None:
        with self._lock:
            if current(self._folder) != self._opened.folder.name:
                # The old one is left to its last reader: closing it here would cut off an answer half-way.
                self._opened = open_index(self._folder, self._embedder)

    def vocabulary(self, index: Index) -> Vocabulary:
        """The vocabulary of an index, built once per generation."""
        name, vocabulary = self._vocabulary
        if name != index.folder.name:
            vocabulary = build_vocabulary(index, self._features)
            self._vocabulary = (index.folder.name, vocabulary)
        return vocabulary

    def problem(self) -> str | None:
        """What is wrong with the open index, in Chinese; None when it answers."""
        try:
            self._opened.verify(samples=1)
        except IndexDamaged as error:
            return str(error)
        return None


def build_vocabulary(index: Index, features: Features) -> Vocabulary:
    """The vocabulary of an index, with the phrases that its documents put in quotation marks."""
    phrases = (phrase for part in index.parts for phrase in _SET_PHRASE.findall(part.text))
    return Vocabulary(index.lexical, features.lexicon(), phrases, features.sounds)
