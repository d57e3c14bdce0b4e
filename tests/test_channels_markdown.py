"""Text as Markdown, rendered by an independent implementation: the reader sees the text and nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.answers.plain_text import plain_text
from bot.assistant import Assistant
from bot.channels.markdown import as_markdown

_MARKS = st.text(alphabet="ab 1.)-+=#>*_~`<>|[](){}!&;:\\$/\n\t第条“”", max_size=40)


class _Seen(HTMLParser):
    """What a reader sees of HTML, and which elements show it."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.elements, self.links = "", set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(markdown: str) -> _Seen:
    read = _Seen()
    read.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    return read


def _blanks_aside(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    "text",
    [
        "“*不得*转让，_应当_报告”[1]",
        "# 不是标题",
        "1. 不是列表\n2) 也不是\n- 这也不是\n+ 不是",
        "> 不是引用",
        "标题\n===\n标题\n---",
        "***\n___",
        "a<b> <script>x</script> &lt; &#60; a&b",
        "    不是代码\n\t不是代码\n`x` ```\ny\n```",
        "[1](x) ![图](y) [1][2] [1]: http://example.org",
        "甲|乙\n---|---\n丙|丁",
        "~~没有~~划掉\\*",
        "$x$ 2023.5 1.加强党建工作",
    ],
)
def test_marks_are_shown_as_they_are(text: str) -> None:
    read = seen(as_markdown(text))
    assert _blanks_aside(read.text) == _blanks_aside(text)
    assert read.elements <= {"p", "br"}


@given(_MARKS)
def test_whatever_the_text_the_reader_sees_it(text: str) -> None:
    read = seen(as_markdown(text))
    assert _blanks_aside(read.text) == _blanks_aside(text)
    assert read.elements <= {"p", "br"}


def test_lines_stay_lines() -> None:
    assert seen(as_markdown("一\n二\n\n三")).text.split() == ["一", "二", "三"]
    assert "<br" in MarkdownIt("commonmark").render(as_markdown("一\n二"))


def test_ordinary_text_gets_no_backslash() -> None:
    text = "每半年组织开展一次督查检查”[1]\n出处：\n[1]《2022年工作要点》（渝〔2022〕5号）第6条 > 6.加强督查"
    assert "\\" not in as_markdown(text)


def test_links_are_links(assistant: Assistant) -> None:
    answer = assistant.ask("重庆多久开展一次督查检查？")
    read = seen(as_markdown(plain_text(answer, "https://example.org")))
    assert read.links == [f"https://example.org{answer.citations[0].url}"]
    assert _blanks_aside(read.text) == _blanks_aside(plain_text(answer))
    odd = seen(as_markdown('看<a href="https://example.org/a(b)*_c">[1][2](x)《*甲*》\\</a>_乙_'))
    assert (odd.text.strip(), len(odd.links), odd.elements) == ("看[1][2](x)《*甲*》\\_乙_", 1, {"p", "a"})
