"""The command `yaodian`: serve, ask, index, search, documents, feedback, quiz, wechat."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.errors import QuestionError, SettingsError
from bot.quiz.errors import QuizError
from bot.settings import Settings, read_settings
from knowledge.errors import UnknownScope, YaodianError
from knowledge.scope import Scope

if TYPE_CHECKING:
    from bot.answers.answer import Answer
    from bot.assistant import Assistant
    from bot.generation.paraphrases import Paraphrased
    from knowledge.items import Document

_USAGE_ERROR, _FAILED, _INTERRUPTED = 2, 1, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE_ERROR, f"命令用法不对：{message}\n看用法：{self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 failed, 2 a command, question or setting that cannot be used."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed, _settings(parsed))
        sys.stdout.flush()
        return code
    except (QuestionError, QuizError, SettingsError, UnknownScope) as error:
        return _complain(error, _USAGE_ERROR)
    except YaodianError as error:
        return _complain(error, _FAILED)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # … | head: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(error: YaodianError, code: int) -> int:
    print(f"出错了：{error}", file=sys.stderr)
    return code


def _settings(parsed: argparse.Namespace) -> Settings:
    settings = read_settings()
    given = {name: getattr(parsed, name, None) for name in ("host", "port", "data", "documents")}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="yaodian", description="要点：只依据所收文件作答，每句话都有出处。")
    parser.add_argument("--data", type=Path, help="存放索引等数据的文件夹（默认 .yaodian）")
    parser.add_argument("--documents", type=Path, help="文件所在的文件夹（默认用自带的五份文件）")
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    _add_ask(commands)
    _add_search(commands)
    _add_documents(commands)
    _add_index(commands)
    _add_serve(commands)
    _add_paraphrase(commands)
    _add_others(commands)
    return parser


def _add_ask(commands: Any) -> None:
    ask = commands.add_parser("ask", help="提问", description="提问；问题写 - 则从标准输入读。")
    ask.add_argument("question", help="问题，例如：重庆多久开展一次督查检查？")
    ask.add_argument("--json", action="store_true", help="输出 JSON（与 HTTP 接口相同）")
    ask.add_argument("--explain", action="store_true", help="附上对问题的理解")
    _add_scope(ask)
    ask.set_defaults(run=_ask)


def _add_search(commands: Any) -> None:
    search = commands.add_parser("search", help="检索条目", description="检索条目，并说明为什么找到。")
    search.add_argument("query", help="要找的内容，例如：党支部书记培训")
    search.add_argument("--most", type=_positive, default=5, help="最多列几条（默认 5）")
    search.add_argument("--json", action="store_true", help="输出 JSON")
    _add_scope(search)
    search.set_defaults(run=_search)


def _add_documents(commands: Any) -> None:
    documents = commands.add_parser(
        "documents", help="列出文件", description="列出文件；给出编号则列出其条目。"
    )
    documents.add_argument("document", nargs="?", help="文件编号")
    documents.add_argument("--json", action="store_true", help="输出 JSON")
    documents.set_defaults(run=_documents)


def _add_index(commands: Any) -> None:
    index = commands.add_parser("index", help="建立索引", description="建立索引；没有变化时什么也不做。")
    index.add_argument("--force", action="store_true", help="全部重新计算")
    index.set_defaults(run=_index)


def _add_paraphrase(commands: Any) -> None:
    paraphrase = commands.add_parser(
        "paraphrase",
        help="请模型给每个条目写日常问法",
        description="请模型（YAODIAN_MODEL 等）给还没有相似问法的条目各写几个日常问法，写成文件供人工过目。",
    )
    paraphrase.add_argument("out", type=Path, help="写到哪里；看过后改名 similar_questions.toml 放进文件夹")
    paraphrase.set_defaults(run=_paraphrase)


def _add_others(commands: Any) -> None:
    """The commands that have files of their own."""
    from bot.cli import quiz as quiz_commands
    from bot.cli import wechat as channel_commands

    channel_commands.add(commands, port=_port, positive=_positive)
    quiz_commands.add(commands, _open, _add_scope)


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="启动网页和接口", description="启动网页问答和 HTTP 接口。")
    serve.add_argument("--host", help="监听地址（默认 127.0.0.1）")
    serve.add_argument("--port", type=_port, help="端口（默认 7860）")
    serve.set_defaults(run=_serve)


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--document", action="append", default=[], help="只看这份文件（编号，可多次给出）")
    parser.add_argument("--region", action="append", default=[], help="只看这个地区（可多次给出）")
    parser.add_argument(
        "--year", action="append", default=[], type=_positive, help="只看这一年（可多次给出）"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应是正整数，现在是“{text}”")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"端口应在 0 到 65535 之间，现在是“{text}”")
    return int(text)


def _scope(parsed: argparse.Namespace) -> Scope:
    return Scope(tuple(parsed.document), tuple(parsed.region), tuple(parsed.year))


def _open(settings: Settings) -> Assistant:
    from bot.assistant import Assistant
    from bot.progress import TerminalProgress

    progress = TerminalProgress()
    try:
        return Assistant.open(settings, progress)
    finally:
        progress.close()


def _ask(parsed: argparse.Namespace, settings: Settings) -> int:
    question = sys.stdin.read() if parsed.question == "-" else parsed.question
    made = _open(settings).ask(question, scope=_scope(parsed), explain=parsed.explain)
    print(_as_json(_answer_values(made)) if parsed.json else _readable(made))
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
    rows: list[Paraphrased] = []
    progress = TerminalProgress()
    progress.start("写相似问法", sum(len(document.items) for document in documents))
    try:
        with Model(settings.model, settings.base_url, settings.api_key) as model:
            for row in paraphrases(model, documents):
                rows.append(row)
                progress.advance(1)
    finally:  # what was written is kept, also where the model stopped half-way
        progress.close()
        if rows:
            parsed.out.write_text(as_toml(rows), encoding="utf-8")
    print(f"已写 {sum(len(row.questions) for row in rows)} 个问法：{parsed.out}")
    return 0


def _answer_values(made: Answer) -> dict[str, Any]:
    values = asdict(made)
    return {"status": values.pop("status"), "answer": values.pop("text"), "label": made.label, **values}


def _readable(made: Answer) -> str:
    lines = [made.text]
    if made.citations:
        lines += ["", "出处："]
    for citation in made.citations:
        lines.append(f"[{citation.marker}] {citation.source}")
        lines += [f"    {' > '.join(citation.path)}"] if citation.path else []
    if made.notice:
        lines += ["", f"提示：{made.notice}"]
    if made.explain:
        lines += ["", f"理解：{json.dumps(made.explain, ensure_ascii=False)}"]
    if made.citations:
        lines += ["", f"（{made.label}）"]
    return "\n".join(lines)


def _search(parsed: argparse.Namespace, settings: Settings) -> int:
    found = _open(settings).search(parsed.query, _scope(parsed), parsed.most)
    if parsed.json:
        values = [{"part": asdict(h.part), "score": h.score, "why": h.why} for h in found.hits]
        print(_as_json({"hits": values, "notice": found.notice}))
        return 0
    for number, hit in enumerate(found.hits, 1):
        print(
            f"{number}. 《{hit.document.short_title}》{hit.part.place}  （{hit.why}；得分 {hit.score:.2f}）"
        )
        print(f"   {_shortened(hit.part.text)}")
    if not found.hits:
        print("没有找到。")
    return 0


def _shortened(text: str, most: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _documents(parsed: argparse.Namespace, settings: Settings) -> int:
    assistant = _open(settings)
    if parsed.document is None:
        chosen = list(assistant.documents)
    elif (document := assistant.document(parsed.document)) is not None:
        chosen = [document]
    else:
        known = "、".join(d.id for d in assistant.documents)
        raise UnknownScope(f"没有编号为“{parsed.document}”的文件。现有：{known}。")
    if parsed.json:
        print(_as_json([asdict(document) for document in chosen]))
        return 0
    for document in chosen:
        print(_listed(document))
        if parsed.document:
            print(_outline(document))
    for skipped in assistant.index.manifest.skipped:
        print(f"未收入 {skipped.file}：{skipped.reason}")
    return 0


def _listed(document: Document) -> str:
    header = document.header
    shown = {
        "编号": document.id,
        "文号": header.number,
        "发文机关": header.issuer,
        "地区": header.region,
        "日期": header.date,
        "条目": f"{len(document.items)} 条",
    }
    supplied = {"issuer": "发文机关", "region": "地区", "date": "日期", "number": "文号"}
    marked = {supplied[name] for name in header.supplied if name in supplied}
    fields = [
        f"{name}：{value or '（文中未写）'}{'（由元数据补充）' if name in marked else ''}"
        for name, value in shown.items()
    ]
    lines = [f"《{header.title}》", f"  {'  '.join(fields)}"]
    return "\n".join([*lines, *(f"  注意：{warning.message}" for warning in document.warnings)])


def _outline(document: Document) -> str:
    rows = []
    for part in document.parts:
        if part.kind in ("heading", "item"):
            indent = "  " * (part.depth + 1)
            rows.append(f"{indent}{part.mark}{_shortened(part.lead or part.text, 50)}")
    return "\n".join(rows)


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


def _serve(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.server import serve

    serve(settings)
    return 0


def _as_json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
