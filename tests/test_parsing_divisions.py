"""A file's letter, main text and annexes, told apart and cited each by its own name."""

from __future__ import annotations

from knowledge.items import Document
from knowledge.parsing.document import parse
from knowledge.reading import read_bytes

NOTICE = (
    "某某局关于印发《工作要点》的通知\n各学会：\n现将《工作要点》印发给你们，请贯彻执行。\n"
    "某某局\n2023年4月15日\n"
)


def document(text: str) -> Document:
    return parse(read_bytes("a.txt", text.encode()), "d")


def places(found: Document) -> list[str]:
    return [part.place for part in found.items]


def test_plan_with_marked_annexes() -> None:
    found = document(
        "某某厅关于印发方案的通知\n各市：\n现将方案印发给你们，请认真落实。\n附件：1．分工表\n"
        "　　　2．评价指标\n某某厅\n2024年5月6日\n（此件公开发布）\n某某实施方案\n（2024—2026年）\n"
        "为做好工作，制定本方案。\n一、目标\n完成任务。\n二、措施\n（一）加强领导。抓好。\n"
        "（二）落实责任。抓实。\n附件1\n分工表\n| 序号 | 任务 |\n| 1 | 一、党建 |\n附件2\n"
        "评价指标\n一、范围\n全部参加。\n二、方法\n现场评价。\n"
    )
    assert places(found) == [
        "二、（一）",
        "二、（二）",
        "附件2《评价指标》第一部分",
        "附件2《评价指标》第二部分",
    ]
    assert [part.id for part in found.items][2:] == ["d#a2-s1", "d#a2-s2"]
    table = next(part for part in found.parts if part.kind == "table")
    assert (table.place, table.text) == ("附件1《分工表》表", "| 序号 | 任务 |\n| 1 | 一、党建 |")


def test_annex_title_on_the_marker_line() -> None:
    found = document(
        "某会通知\n各会员：\n现将有关事项通知如下：\n一、时间\n10月。\n二、联系方式\n"
        "联系人：张三\n附件：1.回执\n2.日程\n某会\n2023年9月1日\n附件1：回执\n请于9月底前填报。\n"
        "附件2：日程\n一、报到。10月12日。\n二、开幕。10月13日。\n"
    )
    assert places(found) == ["第一部分", "第二部分", "附件2《日程》第一条", "附件2《日程》第二条"]
    assert found.items[1].text == "联系方式\n联系人：张三"
    assert found.header.attachments == ("回执", "日程")


def test_two_regulations_behind_one_letter() -> None:
    found = document(
        NOTICE
        + (
            "甲类工作规定\n为做好工作，制定本规定。\n一、登记\n（一）依法登记。\n（二）按期登记。\n"
            "二、管理\n（三）加强管理。\n乙类工作规定\n为做好工作，制定本规定。\n一、财政\n"
            "（一）加大投入。\n（二）加强监督。\n"
        )
    )
    assert places(found)[0] == "附件《甲类工作规定》第（一）项"
    assert (
        places(found)[-1] == "附件《乙类工作规定》第（二）项"
        or places(found)[-1] == "附件《乙类工作规定》一、（二）"
    )
    assert len(found.items) == 5


def test_a_date_in_the_text_is_no_signature() -> None:
    found = document(
        "某省科协2025年工作要点\n一、建设平台。新建服务站。\n2025年3月8日\n召开推进会，部署工作。\n"
        "二、举办年会。另行通知。\n"
    )
    assert places(found) == ["第一条", "第二条"]


def test_markdown_letter_and_regulation() -> None:
    found = document(
        "# 某市政府关于印发某某管理办法的通知\n\n某政〔2023〕4号\n\n各区：\n\n"
        "现将办法印发给你们，请遵照执行。\n\n**某市政府**\n\n2023年7月1日\n\n## 某某管理办法\n\n"
        "### 第一章 总则\n\n**第一条** 制定本办法。\n\n**第二条** 本办法自发布之日起施行。\n"
    )
    assert places(found) == ["第一条", "第二条"]
    assert (found.header.number, found.header.issuer) == ("某政〔2023〕4号", "某市政府")
