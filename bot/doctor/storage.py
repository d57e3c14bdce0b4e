"""Findings about the folder of data: whether it can be written, its index, its records, who can read them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.doctor.finding import Finding
from bot.records.sqlite import find_damage
from bot.settings import Settings
from knowledge.collection import document_files, fingerprint
from knowledge.errors import IndexDamaged
from knowledge.index.generation import POINTER, Manifest, current, read_index

_FOLDER, _INDEX = "数据文件夹", "索引"
_LITTLE, _HARDLY_ANY = 500, 50  # MB of free disk space: a warning, an error
_REBUILD = "运行 yaodian index --force 重建；其他数据不受影响。"


def examine_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the folder can be written, and how much space is left. Raises OSError."""
    folder = settings.data
    existing = _nearest_existing(folder)
    if not existing.is_dir():
        yield Finding(
            "error",
            _FOLDER,
            f"{existing} 是文件，不是文件夹。",
            "移走它，或用 YAODIAN_DATA 指定另一个文件夹。",
        )
        return
    if not _can_write(existing):
        yield Finding(
            "error",
            _FOLDER,
            f"{existing} 不能写入。",
            "改正它的权限或属主，或用 YAODIAN_DATA 指定能写的文件夹。",
        )
    elif existing != folder:
        yield Finding("unset", _FOLDER, f"{folder} 还没有，首次启动时会建立。")
    else:
        yield Finding("ok", _FOLDER, f"{folder.resolve()}，可以写入。")
    yield _disk_space(existing)


def _nearest_existing(folder: Path) -> Path:
    """The folder, or the closest one above it that is there. Raises PermissionError."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _can_write(path: Path) -> bool:
    """Whether a file can be written, or a file made in a folder, as far as that shows without doing it."""
    wanted = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def _disk_space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free // 1_000_000
    message = f"还剩 {free} MB。" if free < 10_000 else f"还剩 {free // 1000} GB。"
    if free >= _LITTLE:
        return Finding("ok", "磁盘空间", message)
    advice = f"清理 {folder} 所在的磁盘，至少留出 {_LITTLE} MB。"
    return Finding("warning" if free >= _HARDLY_ANY else "error", "磁盘空间", message, advice)


def examine_index(settings: Settings) -> Iterator[Finding]:
    """Whether the index is there, whole, and made of the documents as they are. Raises OSError."""
    root = settings.index
    if not (root / POINTER).exists():
        yield Finding("unset", _INDEX, "还没有，首次启动时会建立（也可先运行 yaodian index）。")
        return
    try:
        manifest = _verified_manifest(root / current(root))
    except IndexDamaged as error:
        yield Finding("error", _INDEX, str(error), _REBUILD)
        return
    yield _up_to_date(manifest, settings)


def _verified_manifest(generation: Path) -> Manifest:
    """The manifest of a generation, verified on a copy: Chroma rewrites the files of a store that it opens.

    Raises IndexDamaged, and OSError where no copy can be made.
    """
    with TemporaryDirectory() as folder:
        index = read_index(Path(shutil.copytree(generation, Path(folder) / generation.name)))
        try:
            index.verify()
        finally:
            index.close()
    return index.manifest


def _up_to_date(manifest: Manifest, settings: Settings) -> Finding:
    if manifest.embedder != settings.embedder().name:
        message = f"由向量模型“{manifest.embedder}”建立，现在设置的是“{settings.embedder().name}”。"
        return Finding("warning", _INDEX, message, "下次启动时会重建；也可先运行 yaodian index。")
    if not document_files(settings.documents):
        message = f"完整，有 {manifest.documents} 份文件；文件夹里现在没有文件，没有比对。"
        return Finding("ok", _INDEX, message)
    if manifest.fingerprint != fingerprint(settings.documents):
        message = "建立之后文件或它们的元数据改过。"
        return Finding("warning", _INDEX, message, "运行 yaodian index 更新；正在运行的服务会自动换用。")
    return Finding(
        "ok", _INDEX, f"完整，与文件一致：{manifest.documents} 份文件，{manifest.parts} 个条目和段落。"
    )


def examine_records(settings: Settings) -> Iterator[Finding]:
    """Whether the records can be opened and are sound. Raises OSError."""
    lost = "先备份它；下次写入时会改名为 journal.sqlite.damaged，并重新开始记录。"
    if settings.journal:
        yield from _database("问答记录", settings.journal_file, lost)
    else:
        yield Finding("unset", "问答记录", "已关闭（YAODIAN_JOURNAL=off），不记录问答。")
    yield from _database("题库", settings.quiz_file, "先备份它，再移走；其中的试卷要从备份恢复。")
    yield from _database(
        "待答消息", settings.inbox_file, "不必处理：下次启动时会重新开始，只丢十分钟内的消息。"
    )
    damaged = settings.journal_file.with_name(f"{settings.journal_file.name}.damaged")
    if damaged.exists():
        yield Finding(
            "warning", "问答记录", f"以前的记录曾损坏，留在 {damaged}。", "需要的话请人修复，否则可以删除。"
        )


def _database(subject: str, path: Path, advice: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("unset", subject, "还没有，用到时会建立。")
        return
    try:
        damage = find_damage(path)
    except OSError as error:
        yield Finding(
            "error",
            subject,
            f"{path} 读不了：{error.strerror or error}。",
            "检查它的权限和属主，或过一会儿再查。",
        )
        return
    if damage:
        yield Finding("error", subject, f"{path} 已损坏（{damage}）。", advice)
    elif not _can_write(path):
        yield Finding("error", subject, f"{path} 不能写入。", "改正它的权限或属主。")
    else:
        yield Finding("ok", subject, f"完好，{max(1, path.stat().st_size // 1000)} KB。")


def examine_privacy(settings: Settings) -> Iterator[Finding]:
    """Whether other users of this machine can read the records, or change what is stored. Raises OSError."""
    if os.name != "posix" or not settings.data.is_dir():
        return
    private = [*settings.data.glob("*.sqlite*"), *settings.data.glob("*.key")]
    readable = [path for path in private if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    writable = settings.data.stat().st_mode & stat.S_IWOTH
    if writable:
        yield Finding(
            "warning", "权限", f"本机任何人都能改动 {settings.data}。", f"运行 chmod 700 {settings.data}"
        )
    if readable:
        names = "、".join(path.name for path in readable)
        places = " ".join(str(path) for path in readable)
        yield Finding("warning", "权限", f"本机其他用户能读 {names}。", f"运行 chmod 600 {places}")
    if private and not readable and not writable:
        yield Finding("ok", "权限", "问答记录和题库只有属主能读。")
