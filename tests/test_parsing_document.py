"""Lines become documents: made-up documents in many shapes, and properties that always hold."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.items import Document, Part
from knowledge.language.numerals import to_chinese
from knowledge.parsing.document import outline, parse
from knowledge.reading import read_bytes
from knowledge.reading.lines import Source, compact


def source(text: str, name: str = "a.txt") -> Source:
    return read_bytes(name, text.encode())


def document(text: str, name: str = "a.txt") -> Document:
    found = parse(source(text, name), "d")
    assert_whole(source(text, name), found)
    return found


def assert_whole(lines: Source, found: Document) -> None:
    """Parts laid end to end are the lines; ids are unique; points lie inside their text."""
    removed = {n for p in found.parts if p.kind == "removed" for n in range(p.lines[0], p.lines[1] + 1)}
    for wanted in (True, False):
        printed = compact("".join(line.text for line in lines.lines if (line.number in removed) is wanted))
        parts = compact("".join(p.mark + p.text for p in found.parts if (p.kind == "removed") is wanted))
        assert parts == printed
    assert len({part.id for part in found.parts}) == len(found.parts)
    for part in found.parts:
        assert part.id.isascii()
        assert part.document_id == found.id
        assert all(0 <= point.start < point.end <= len(part.text) for point in part.points)


def labels(found: Document) -> list[str]:
    return [part.label for part in found.items]


def places(found: Document) -> list[str]:
    return [part.place for part in found.items]


def points(part: Part) -> dict[str, str]:
    return {point.label: part.text[point.start : point.end] for point in part.points}


NOTICE = (
    "某某局关于印发《工作要点》的通知\n各学会：\n现将《工作要点》印发给你们，请贯彻执行。\n"
    "某某局\n2023年4月15日\n"
)


def test_work_points_behind_a_letter() -> None:
    found = document(
        NOTICE
        + (
            "2023年工作要点\n总体思路是：抓好落实。\n一、强化政治建设\n1. 加强引领。学习精神。\n"
            "2. 强化武装。组织学\n\n习。\n二、夯实基础\n本节导语。\n3. 提升能力。举办培训。\n"
            "某某局办公室 2023年4月16日印发\n"
        )
    )
    assert [part.kind for part in found.parts] == [
        "information", "information", "information", "information", "preface",
        "heading", "item", "item", "heading", "lead", "item", "information",
    ]  # fmt: skip
    assert (labels(found), places(found)) == (["1", "2", "3"], ["第1条", "第2条", "第3条"])
    assert found.items[1].text == "强化武装。组织学习。"
    assert found.items[2].path == ("二、夯实基础", "3.提升能力")
    lead = next(part for part in found.parts if part.kind == "lead")
    assert (lead.id, lead.label, lead.place) == ("d#lead-2", "二", "第二部分导语")


def test_numbers_that_restart_carry_their_section() -> None:
    found = document(
        "某某省关于推进工作的意见\n为推进工作，提出意见。\n一、总体要求\n（一）指导思想。坚持领导。\n"
        "（二）目标。到2026年完成。\n二、重点任务\n（一）加强党建。完善组织。\n"
        "1.扩大覆盖。应建尽建。\n2.提升质量。每年培训。\n（二）提升水平。\n每家举办会议。\n"
    )
    assert labels(found) == ["一、（一）", "一、（二）", "二、（一）", "二、（二）"]
    assert places(found) == labels(found)
    assert [part.id for part in found.items] == ["d#1-1", "d#1-2", "d#2-1", "d#2-2"]
    assert points(found.items[2]) == {"第1项": "1.扩大覆盖。应建尽建。", "第2项": "2.提升质量。每年培训。"}


def test_arabic_numbers_that_restart() -> None:
    found = document(
        "某某会要点\n一、党建\n1.学习。甲。\n2.组织。乙。\n二、业务\n1.会议。丙。\n2.期刊。丁。\n"
    )
    assert labels(found) == ["一、1", "一、2", "二、1", "二、2"]
    assert places(found)[2] == "第二部分第1项"


def test_regulation_with_clauses_items_and_subitems() -> None:
    found = document(
        "某某条例\n（2020年12月1日某某市第三届人民代表大会常务委员会第二十次会议通过）\n目　　录\n"
        "第一章　总则\n第二章　附则\n第一章　总则\n第一条　为了规范工作，制定本条例。\n"
        "第二条　组织应当具备下列条件：\n（一）有名称；\n（二）有章程，载明：\n1.宗旨；\n2.机构；\n"
        "（三）其他。\n前款规定的条件由部门核实。\n"
        "第二条之一　应当遵守第二条第一款第（二）项的规定。\n第二章　附则\n"
        "第三条　本条例自2021年1月1日起施行。\n"
    )
    assert labels(found) == ["第一条", "第二条", "第二条之一", "第三条"]
    assert [part.id for part in found.items] == ["d#t1", "d#t2", "d#t2-1", "d#t3"]
    article = found.items[1]
    at = article.text.index("2.机构")
    assert article.place_of(at, at + 5) == "第二条第一款（二）第2目"
    assert article.place_of(len(article.text) - 5, len(article.text)) == "第二条第二款"
    assert found.items[0].points == ()
    assert [part.kind for part in found.parts[:3]] == ["information", "note", "contents"]


def test_articles_in_one_line_and_without_space() -> None:
    found = document(
        "某某规则\n第一条 甲。 第二条 依照第一条第二款执行。第三条　丙。\n第四条工商部门负责。\n第五条 戊。"
    )
    assert labels(found) == [f"第{to_chinese(n)}条" for n in range(1, 6)]
    assert found.items[1].text == "依照第一条第二款执行。"


def test_decision_without_numbers_is_paragraphs() -> None:
    found = document(
        "某某局关于表彰的决定\n各单位：\n为表彰先进，作出决定。\n授予张三称号。\n某某局\n2022年1月2日"
    )
    assert [(p.label, p.text) for p in found.parts if p.kind == "paragraph"] == [
        ("第一段", "为表彰先进，作出决定。"),
        ("第二段", "授予张三称号。"),
    ]
    assert [warning.code for warning in found.warnings] == ["no_items"]


def test_full_width_digits_and_windows_line_ends() -> None:
    found = document(
        "关于调研的通知\r\n各部门：\r\n现通知如下：\r\n１．时间。５月１日。\r\n２．方式。２．５天内完成。\r\n"
    )
    assert labels(found) == ["1", "2"]
    assert [part.mark for part in found.items] == ["１．", "２．"]


def test_hard_wrapped_lines_are_joined() -> None:
    words = "坚持党建引领服务群众落实责任加强管理提升能力抓好落实确保各项任务完成" * 6
    lines = ["某某会要点", "", "一、加强建设", ""]
    for number in (1, 2, 3):
        text = f"{number}.加强管理。" + words[number : number + 90] + "。"
        lines += [piece for at in range(0, len(text), 28) for piece in (text[at : at + 28], "")]
    found = document("\n".join(lines))
    assert labels(found) == ["1", "2", "3"]
    assert all("\n" not in part.text for part in found.items)


def test_decimal_headings_behind_a_table_of_contents() -> None:
    found = document(
        "某某应急预案\n目录\n1　总则\n1.1　目的\n1.2　范围\n2　保障\n1　总则\n1.1　目的\n"
        "为了应对事件。\n1.2　范围\n适用于本市。\n（1）一般事件；\n（2）较大事件。\n2　保障\n"
        "2.1 资金保障\n增加2.5亿元。\n"
    )
    assert labels(found) == ["1.1", "1.2（1）", "1.2（2）", "2.1"] or labels(found) == ["1.1", "1.2", "2.1"]
    assert [part.kind for part in found.parts][1] == "contents"


def test_marks_inside_a_quotation_do_not_count() -> None:
    found = document(
        "关于修改条例的决定\n一、将第六条修改为：“有下列情形的：\n（一）甲；\n（二）乙。”\n"
        "二、增加一条：“第八条 丙。\n“丁。”\n三、本决定自公布之日起施行。"
    )
    assert labels(found) == ["一", "二", "三"]
    assert "（二）乙" in found.items[0].text


def test_one_lost_quotation_mark_swallows_nothing() -> None:
    text = "要点\n" + "".join(f"{n}.加强{'“' if n == 2 else ''}建设。落实责任。\n" for n in range(1, 100))
    assert len(document(text).items) == 99


def test_page_numbers_and_turned_pages_are_removed_from_items() -> None:
    found = document("某会要点\n1.甲工作。学习贯\n— 1 —\n彻精神。\n2.乙工作。抓好落实。\n(下转04版)")
    assert found.items[0].text == "甲工作。学习贯彻精神。"
    assert [(p.text, p.lines) for p in found.parts if p.kind == "removed"] == [
        ("— 1 —", (3, 3)),
        ("(下转04版)", (6, 6)),
    ]
    assert [(w.code, w.line) for w in found.warnings if w.code == "cut_off"] == [("cut_off", 6)]


def test_gaps_doubles_and_lost_labels_are_reported_not_repaired() -> None:
    gap = document("某会要点\n1.甲。好。\n2.乙。好。\n4.丁。好。\n")
    assert labels(gap) == ["1", "2", "4"]
    assert [(w.code, w.line) for w in gap.warnings] == [("gap", 4)]
    lost = document("某某办法\n为了加强管理，制定本办法。\n第五条 甲。\n第六条 乙。\n")
    assert [w.code for w in lost.warnings] == ["first_label"]
    double = document(
        "某某办法\n第一条 甲。\n第二条 乙。\n第三条 丙。\n第二条 丁。\n第三条 戊。\n第四条 己。\n"
    )
    assert places(double)[1:5] == ["第二条", "第三条", "第二条（第二处）", "第三条（第二处）"]
    assert [part.id for part in double.items][3] == "d#t2~2"
    assert "double" in [w.code for w in double.warnings]


def test_numbers_in_running_text_open_no_item() -> None:
    found = document(
        "某会要点\n1.甲工作。列出如下。\n2022 年，继续推进。\n2018年底前完成。\n3.96万亿元。\n"
        "（A类）党支部负责。\n第十四条规定：“应当”。\n2.乙工作。好。\n"
    )
    assert labels(found) == ["1", "2"]


def test_ordinals_and_rings_are_points() -> None:
    found = document(
        "某会要点\n1.保障。\n一是经费。每年安排。\n二是人员。配强力量。\n2.原则。包括：①公开；②公平。\n"
    )
    assert points(found.items[0]) == {"一是": "一是经费。每年安排。", "二是": "二是人员。配强力量。"}
    assert points(found.items[1]) == {"①": "①公开；", "②": "②公平。"}


def test_heading_alone_on_its_line_is_still_an_item() -> None:
    found = document(
        "# 某会要点\n## 一、党建\n#### 1. 开展评选活动。\n\n推进融入建设。\n\n2. 加强培训。举办培训班。\n"
    )
    assert [(part.lead, part.text) for part in found.items] == [
        ("开展评选活动", "开展评选活动。\n推进融入建设。"),
        ("加强培训", "加强培训。举办培训班。"),
    ]


def test_table_inside_a_section_yields_no_items() -> None:
    found = document(
        "某会通知\n一、代码\n代码如下：\n| 专业 | 代码 |\n| 1.中医 | 3500 |\n注：\n1.另行通知。\n"
        "二、其他\n无。\n"
    )
    assert labels(found) == ["一", "二"]
    assert [p.place for p in found.parts if p.kind in ("table", "note")] == ["第一部分附表", "第一部分注"]


def test_outline_counts_nodes_by_family() -> None:
    roots = outline(source("某会要点\n一、党建\n（一）学习\n1.甲。好。\n2.乙。好。\n"))
    families = [node.family for root in roots for node in root.walk() if node.family]
    assert families == ["一、", "（一）", "1.", "1."]


@pytest.mark.parametrize(
    "text", ["。", "第", "（", "1", "一、", "附件", "目录", "“", "|", "2022年1月1日", "附件：", "#"]
)
def test_tiny_texts(text: str) -> None:
    document(text)
    document("\n".join([text] * 5))


PIECES = st.sampled_from(
    [
        *[
            "某某局",
            "2022年3月8日",
            "附件",
            "附件1：名单",
            "附件：1.甲",
            "目录",
            "第一章\u3000总则",
            "第一条\u3000为了工作。",
        ],
        *[
            "第二条\u3000适用。",
            "一、总体要求",
            "二、任务",
            "（一）目标。完成。",
            "（二）措施",
            "1.学习。好。",
            "2.组织。好。",
        ],
        *[
            "3、会议",
            "（1）甲；",
            "①乙",
            "一是丙。",
            "1.1\u3000目的",
            "现印发给你们。",
            "| 甲 | 乙 |",
            "注：",
            "（此件公开发布）",
        ],
        *[
            "“引文",
            "结束”",
            "各单位：",
            "关于工作的通知",
            "— 3 —",
            "某发〔2022〕5号",
            "(下转02版)",
            "抄送：省委",
        ],
        *["联系人：张三", "序言", "附则", "加强组织领导，确保各项任务落实到位"],
    ]
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=30), st.sampled_from(["\n", "\n\n", "\n　　"]))
def test_nothing_is_lost_and_nothing_stands_twice(pieces: list[str], between: str) -> None:
    document(between.join(pieces))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_text_parses(text: str) -> None:
    if compact(text):
        lines = source("正文 " + text)
        assert_whole(lines, parse(lines, "d"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.booleans())
def test_made_up_numbering_gives_every_item(counts: list[int], running: bool) -> None:
    lines, number = ["某某学会2024年工作要点", "为做好工作，制定本要点。"], 0
    for section, count in enumerate(counts, 1):
        lines.append(f"{to_chinese(section)}、加强建设")
        number = number if running else 0
        for _ in range(count):
            number += 1
            lines.append(f"{number}.加强管理。落实第{number}项任务。")
    found = document("\n".join(lines))
    assert len(found.items) == sum(counts)
    assert len(set(places(found))) == len(found.items)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["坚持党的领导，落实各项工作。", "“", "（", "第一条 内容。 ", "1.", "（一）甲；\n", "附件：1.甲\n2.乙\n"],
)
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    seconds = []
    for size in (30_000, 120_000):
        lines = source("正文\n" + unit * (size // len(unit)))
        start = time.process_time()
        parse(lines, "d")
        seconds.append(time.process_time() - start)
    assert seconds[1] < 12 * seconds[0] + 0.1
