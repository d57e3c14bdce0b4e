"""The commands `yaodian documents`, `yaodian index` and `yaodian paraphrase`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.parser import Commands
from bot.cli.terminal import as_json, open_assistant, shortened
from bot.errors import SettingsError
from knowledge.errors import UnknownScope

if TYPE_CHECKING:
    from bot.generation.paraphrases import ItemParaphrases
    from bot.settings import Settings
    from knowledge.items import Document

_OUTLINE_LENGTH = 50  # characters of a heading or item in an outline


def add(commands: Commands) -> None:
    """Add `documents` and `index`."""
    documents = commands.add_parser(
        "documents", help="列出文件", description="列出文件；给出编号则列出其条目。"
    )
    documents.add_argument("document", nargs="?", help="文件编号")
    documents.add_argument("--json", action="store_true", help="输出 JSON")
    documents.set_defaults(run=_documents)
    index = commands.add_parser("index", help="建立索引", description="建立索引；没有变化时什么也不做。")
    index.add_argument("--force", action="store_true", help="全部重新计算")
    index.set_defaults(run=_index)


def add_paraphrase(commands: Commands) -> None:
    """Add `paraphrase`."""
    paraphrase = commands.add_parser(
        "paraphrase",
        help="请模型给每个条目写日常问法",
        description="请模型（YAODIAN_MODEL 等）给还没有相似问法的条目各写几个日常问法，写成文件供人工过目。",
    )
    paraphrase.add_argument("out", type=Path, help="写到哪里；看过后改名 similar_questions.toml 放进文件夹")
    paraphrase.set_defaults(run=_paraphrase)


def _documents(parsed: argparse.Namespace, settings: Settings) -> int:
    assistant = open_assistant(settings)
    if parsed.document is None:
        chosen = list(assistant.documents)
    elif (document := assistant.document(parsed.document)) is not None:
        chosen = [document]
    else:
        known = "、".join(d.id for d in assistant.documents)
        raise UnknownScope(f"没有编号为“{parsed.document}”的文件。现有：{known}。")
    if parsed.json:
        print(as_json([asdict(document) for document in chosen]))
        return 0
    for document in chosen:
        print(_summary(document))
        if parsed.document:
            print(_outline(document))
    for skipped in assistant.index.manifest.skipped:
        print(f"未收入 {skipped.file}：{skipped.reason}")
    return 0


def _summary(document: Document) -> str:
    """The document's title, its header and the warnings of parsing it."""
    header = document.header
    fields = {
        "编号": document.id,
        "文号": header.number,
        "发文机关": header.issuer,
        "地区": header.region,
        "日期": header.date,
        "条目": f"{len(document.items)} 条",
    }
    names = {"issuer": "发文机关", "region": "地区", "date": "日期", "number": "文号"}
    supplied = {names[name] for name in header.supplied if name in names}
    shown = [
        f"{name}：{value or '（文中未写）'}{'（由元数据补充）' if name in supplied else ''}"
        for name, value in fields.items()
    ]
    lines = [f"《{header.title}》", f"  {'  '.join(shown)}"]
    return "\n".join([*lines, *(f"  注意：{warning.message}" for warning in document.warnings)])


def _outline(document: Document) -> str:
    return "\n".join(
        f"{'  ' * (part.depth + 1)}{part.mark}{shortened(part.lead or part.text, _OUTLINE_LENGTH)}"
        for part in document.parts
        if part.kind in ("heading", "item")
    )


def _index(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.progress import TerminalProgress
    from knowledge.index.building import build_index

    progress = TerminalProgress()
    try:
        index = build_index(
            settings.index, settings.documents, settings.embedder(), progress, force=parsed.force
        )
    finally:
        progress.close()
    manifest = index.manifest
    print(
        f"索引已就绪：{manifest.documents} 份文件，{manifest.parts} 个可引用的条目和段落"
        f"（沿用向量 {manifest.reused} 个），向量模型 {manifest.embedder}，位置 {index.folder}"
    )
    for skipped in manifest.skipped:
        print(f"未收入 {skipped.file}：{skipped.reason}")
    return 0


def _paraphrase(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.generation.paraphrases import as_toml, paraphrases
    from bot.llm.client import Model
    from bot.progress import TerminalProgress
    from knowledge.collection import collect

    if not settings.model:
        raise SettingsError("要有模型：请设置 YAODIAN_MODEL、YAODIAN_BASE_URL 和 YAODIAN_API_KEY。")
    if parsed.out.exists():
        raise SettingsError(f"{parsed.out} 已经存在，没有改动它；请换一个文件名。")
    documents = collect(settings.documents).documents
    written: list[ItemParaphrases] = []
    progress = TerminalProgress()
    progress.start("写相似问法", sum(len(document.items) for document in documents))
    try:
        with Model(settings.model, settings.base_url, settings.api_key) as model:
            for paraphrased in paraphrases(model, documents):
                written.append(paraphrased)
                progress.advance(1)
    finally:  # save what was written, also where the model stopped half-way
        progress.close()
        if written:
            parsed.out.write_text(as_toml(written), encoding="utf-8")
    print(f"已写 {sum(len(one.questions) for one in written)} 个问法：{parsed.out}")
    return 0
