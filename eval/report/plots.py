"""Small plots as inline SVG text; their colours come from the classes of the page's style sheet.

Every text is escaped. Each plot has a title for screen readers, and writes its numbers out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 720
_LEFT, _RIGHT, _ROW = 130, 130, 26
_HEIGHT, _BOTTOM, _TOP, _SIDE = 260, 44, 16, 54


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval, all from 0 to 1; `note` is written after the bar."""

    label: str
    share: float
    low: float
    high: float
    note: str = ""


def bars(title: str, shares: Sequence[Bar]) -> str:
    """SVG of horizontal bars from 0 to 100 % with their intervals, one below the other."""
    bottom = _TOP + _ROW * len(shares)
    ticks = [_tick_down(_across(share), bottom, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)]
    lines = [_bar(bar, _TOP + _ROW * place) for place, bar in enumerate(shares)]
    return _svg(title, bottom + 26, [*ticks, *lines])


def curve(title: str, points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """SVG of a line through points of shares (0 to 1); `across` and `up` name the axes.

    Raises ValueError for no points.
    """
    most = _nice(max(y for _, y in points))
    placed = [(_x(x), _y(y / most)) for x, y in points]
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    return _svg(
        title,
        _HEIGHT,
        [
            *(_tick_down(_x(share), _HEIGHT - _BOTTOM, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)),
            *(_tick_across(share, f"{share * most:.0%}") for share in (0, 0.5, 1)),
            f'<path class="line" d="{path}"/>',
            *_axis_names(across, up),
        ],
    )


def histogram(title: str, values: Sequence[float], across: str, up: str, most: int = 40) -> str:
    """SVG of how many values fall into each of about `most` equal steps from 0 to the largest value.

    `across` and `up` name the axes. Raises ValueError for no values.
    """
    step = _nice(max(values) / most) or 1.0
    counts = [0] * (math.floor(max(values) / step) + 1)
    for value in values:
        counts[math.floor(value / step)] += 1
    top, end = _nice(max(counts)), step * len(counts)
    columns = [_column(place, count, len(counts), top, step) for place, count in enumerate(counts)]
    ticks = [
        _tick_down(_x(share), _HEIGHT - _BOTTOM, f"{share * end:.4g}") for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    heights = [_tick_across(share, f"{share * top:.4g}") for share in (0, 0.5, 1)]
    return _svg(title, _HEIGHT, [*ticks, *heights, *columns, *_axis_names(across, up)])


def _svg(title: str, height: float, content: Sequence[str]) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height:.0f}" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(content)}</svg>"
    )


def _bar(bar: Bar, top: float) -> str:
    end, low, high = (_across(share) for share in (bar.share, bar.low, bar.high))
    middle = top + _ROW / 2
    description = f"{bar.label} {bar.share:.1%}（{bar.low:.0%}–{bar.high:.0%}）"
    return (
        f"<g><title>{escape(description)}</title>"
        + _text(_LEFT - 8, middle + 4, bar.label, "end")
        + f'<rect class="bar" x="{_LEFT}" y="{top + 5}" width="{end - _LEFT:.1f}" height="{_ROW - 10}"/>'
        + f'<path class="interval" d="M{low:.1f},{middle}H{high:.1f}'
        + f'M{low:.1f},{middle - 4}v8M{high:.1f},{middle - 4}v8"/>'
        + _text(_WIDTH - _RIGHT + 8, middle + 4, f"{bar.share:.1%} {bar.note}".strip())
        + "</g>"
    )


def _column(place: int, count: int, columns: int, top: float, step: float) -> str:
    left, right = _x(place / columns), _x((place + 1) / columns)
    high = _y(count / top)
    description = f"{place * step:g}–{(place + 1) * step:g}：{count}"
    return (
        f'<rect class="bar" x="{left:.1f}" y="{high:.1f}" width="{max(1.0, right - left - 1):.1f}"'
        f' height="{_HEIGHT - _BOTTOM - high:.1f}"><title>{escape(description)}</title></rect>'
    )


def _tick_down(x: float, bottom: float, words: str) -> str:
    return f'<path class="grid" d="M{x:.1f},{_TOP}V{bottom}"/>' + _text(x, bottom + 16, words, "middle")


def _tick_across(share: float, words: str) -> str:
    y = _y(share)
    return f'<path class="grid" d="M{_SIDE},{y:.1f}H{_WIDTH - _SIDE}"/>' + _text(
        _SIDE - 6, y + 4, words, "end"
    )


def _axis_names(across: str, up: str) -> list[str]:
    return [_text(_WIDTH / 2, _HEIGHT - 8, across, "middle"), _text(_SIDE, 11, up)]


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _across(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _x(share: float) -> float:
    return _SIDE + share * (_WIDTH - 2 * _SIDE)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def _nice(value: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below the value; 1 for 0."""
    if value <= 0:
        return 1.0
    unit: float = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= value * (1 - 1e-9))
