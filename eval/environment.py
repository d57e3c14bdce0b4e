"""What a measurement ran on: versions of libraries."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def version_of(name: str) -> str:
    """The version of an installed package; 未装 where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "未装"
