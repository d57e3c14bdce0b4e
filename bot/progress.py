"""Progress bars on the terminal. The only door to tqdm."""

from __future__ import annotations

import sys
from typing import Any


class TerminalProgress:
    """A knowledge.index.building.Progress that draws one bar for each stage on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, stage: str, total: int) -> None:
        """Begin a stage; one without a length gets a line in place of a bar."""
        self.close()
        if total <= 0:
            print(f"{stage}……", file=sys.stderr)
            return
        from tqdm import tqdm

        self._bar = tqdm(total=total, desc=stage, unit="条", file=sys.stderr, leave=False, ncols=72)

    def advance(self, count: int) -> None:
        """Advance the bar of the stage."""
        if self._bar is not None:
            self._bar.update(count)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
