"""The commands `yaodian ask` and `yaodian search`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.cli.parser import Commands, add_scope, positive_integer, scope_of
from bot.cli.terminal import as_json, open_assistant, shortened

if TYPE_CHECKING:
    from bot.answers.answer import Answer
    from bot.settings import Settings

_HIT_LENGTH = 90  # characters of a hit's text


def add(commands: Commands) -> None:
    """Add the two commands."""
    _add_ask(commands)
    _add_search(commands)


def _add_ask(commands: Commands) -> None:
    ask = commands.add_parser("ask", help="提问", description="提问；问题写 - 则从标准输入读。")
    ask.add_argument("question", help="问题，例如：重庆多久开展一次督查检查？")
    ask.add_argument("--json", action="store_true", help="输出 JSON（与 HTTP 接口相同）")
    ask.add_argument("--explain", action="store_true", help="附上对问题的理解")
    add_scope(ask)
    ask.set_defaults(run=_ask)


def _add_search(commands: Commands) -> None:
    search = commands.add_parser("search", help="检索条目", description="检索条目，并说明为什么找到。")
    search.add_argument("query", help="要找的内容，例如：党支部书记培训")
    search.add_argument("--most", type=positive_integer, default=5, help="最多列几条（默认 5）")
    search.add_argument("--json", action="store_true", help="输出 JSON")
    add_scope(search)
    search.set_defaults(run=_search)


def _ask(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.understanding.question import clean

    question = sys.stdin.read() if parsed.question == "-" else parsed.question
    clean(question, settings.longest_question)  # refused at once, before the index is opened
    answer = open_assistant(settings).ask(question, scope=scope_of(parsed), explain=parsed.explain)
    print(as_json(_json_object(answer)) if parsed.json else _readable(answer))
    return 0


def _json_object(answer: Answer) -> dict[str, Any]:
    """The answer with the field names of the HTTP interface."""
    values = asdict(answer)
    return {"status": values.pop("status"), "answer": values.pop("text"), "label": answer.label, **values}


def _readable(answer: Answer) -> str:
    lines = [answer.text]
    if answer.citations:
        lines += ["", "出处："]
    for citation in answer.citations:
        lines.append(f"[{citation.marker}] {citation.source}")
        lines += [f"    {' > '.join(citation.path)}"] if citation.path else []
    if answer.notice:
        lines += ["", f"提示：{answer.notice}"]
    if answer.explain:
        lines += ["", f"理解：{json.dumps(answer.explain, ensure_ascii=False)}"]
    if answer.citations:
        lines += ["", f"（{answer.label}）"]
    return "\n".join(lines)


def _search(parsed: argparse.Namespace, settings: Settings) -> int:
    found = open_assistant(settings).search(parsed.query, scope_of(parsed), parsed.most)
    if parsed.json:
        values = [{"part": asdict(h.part), "score": h.score, "why": h.why} for h in found.hits]
        print(as_json({"hits": values, "notice": found.notice}))
        return 0
    for number, hit in enumerate(found.hits, 1):
        print(
            f"{number}. 《{hit.document.short_title}》{hit.part.place}  （{hit.why}；得分 {hit.score:.2f}）"
        )
        print(f"   {shortened(hit.part.text, _HIT_LENGTH)}")
    if not found.hits:
        print("没有找到。")
    return 0
