"""What a document says of itself, from made-up documents in many shapes."""

from __future__ import annotations

import pytest

from knowledge.items import Header
from knowledge.parsing.document import parse
from knowledge.parsing.phrases import kind_of
from knowledge.reading import read_bytes

BODY = (
    "一、总体要求\n坚持党建引领，突出服务群众。\n二、主要措施\n1.健全机制。建立台账。\n"
    "2.强化保障。落实经费。\n"
)


def header(*parts: str) -> Header:
    return parse(read_bytes("a.txt", "\n".join(parts).encode()), "d").header


def test_notice_with_every_element() -> None:
    found = header(
        "000123\n机密★1年\n特急\n某某省科学技术协会文件\n某科协发〔2024〕12 号\n",
        "某某省科学技术协会关于印发《2025年科技社团\n党建工作要点》的通知\n",
        "各市（州）科协，\n省级各学会、协会、研究会：\n",
        "现将《2025年科技社团党建工作要点》印发给你们，请认真贯彻落实。\n",
        "附件：1．任务分工表\n　　　2．考核指标\n",
        "某某省科学技术协会\n2024年12月6日\n（此件公开发布）\n",
        "2025年科技社团党建工作要点\n" + BODY,
        "抄送：省委组织部。\n某某省科学技术协会办公室　2024年12月7日印发\n",
    )
    assert found == Header(
        title="某某省科学技术协会关于印发《2025年科技社团党建工作要点》的通知",
        number="某科协发〔2024〕12号",
        issuer="某某省科学技术协会",
        addressee="各市（州）科协，省级各学会、协会、研究会",
        date="2024-12-06",
        kind="通知",
        year=2025,
        printed_by="某某省科学技术协会办公室",
        printed_date="2024-12-07",
        attachments=("任务分工表", "考核指标"),
    )


def test_what_is_not_said_stays_none() -> None:
    found = header("关于印发《2022年工作要点》的通知\n各学会：\n现将要点印发给你们，请贯彻执行。\n附件：要点")
    assert (found.number, found.issuer, found.date, found.printed_by) == (None, None, None, None)
    assert (found.year, found.attachments) == (2022, ("要点",))


def test_title_missing_from_the_text() -> None:
    found = header("各有关单位：\n为做好工作，现通知如下。\n" + BODY, "某某局\n二〇二三年三月一日")
    assert (found.title, found.addressee, found.issuer) == ("", "各有关单位", "某某局")
    assert (found.date, found.year, found.kind) == ("2023-03-01", 2023, None)


def test_a_cited_number_is_not_the_own_number() -> None:
    found = header("关于加强管理的意见\n根据省委文件（某委〔2021〕14号）精神，提出以下意见。\n" + BODY)
    assert found.number is None


def test_joint_senders_in_one_line() -> None:
    found = header(
        (
            "中共某某省委文件\n某发〔2024〕1号\n中共某某省委 某某省人民政府\n关于建设科技强省的意见\n"
            "（2024年1月5日）"
        ),
        "现提出如下意见。\n" + BODY,
    )
    assert (found.issuer, found.date) == ("中共某某省委、某某省人民政府", "2024-01-05")


def test_newspaper_headline() -> None:
    found = header(
        (
            "市科协、市民政局印发 《关于加强学会建设的意见》\n近日,意见印发。全文如下:\n"
            "为加强建设,制定本意见。\n"
        )
        + BODY
    )
    assert (found.title, found.issuer, found.kind) == ("关于加强学会建设的意见", "市科协、市民政局", "意见")


def test_decree_takes_the_title_of_what_it_issues() -> None:
    found = header(
        (
            "中华人民共和国国务院令\n第707号\n现公布《某某条例》，自2019年1月1日起施行。\n"
            "总理　　李克强\n2018年12月18日\n"
        ),
        "某某条例\n（1994年1月28日国务院令第142号发布　2018年12月18日国务院令第707号修订）\n",
        "第一条　为了规范工作，制定本条例。\n第二条　本条例自2019年1月1日起施行。",
    )
    assert (found.title, found.number) == ("某某条例", "中华人民共和国国务院令第707号")
    assert (found.issuer, found.date) == ("国务院", "2018-12-18")


def test_regulation_with_its_history() -> None:
    found = header(
        "某某市志愿服务条例\n（2020年12月1日某某市第三届人民代表大会常务委员会第二十次会议通过）\n",
        "第一条　为了规范志愿服务，制定本条例。\n第二条　本条例自2021年1月1日起施行。",
    )
    assert (found.issuer, found.date) == ("某某市人民代表大会常务委员会", "2020-12-01")
    assert (found.addressee, found.year) == (None, 2020)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2022 年 3 月 8 日", "2022-03-08"),
        ("２０２４年４月１日", "2024-04-01"),
        ("二〇〇五年六月十一日", "2005-06-11"),
        ("二○○一年九月六日", "2001-09-06"),
        ("二OO一年四月", "2001-04"),
        ("一九九七年四月二十八日", "1997-04-28"),
    ],
)
def test_dates(printed: str, iso: str) -> None:
    found = header(
        "某某局关于做好工作的通知\n各单位：\n请认真做好有关工作，按时报送。\n" + BODY + "某某局\n" + printed
    )
    assert (found.date, found.issuer) == (iso, "某某局")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于印发《某某办法（试行）》的通知", "通知"),
        ("某某市科学技术协会条例", "条例"),
        ("某某管理办法（试行）", "办法"),
        ("2023年党建工作要点", "要点"),
        ("没有文种的标题文字", None),
    ],
)
def test_kind(title: str, kind: str | None) -> None:
    assert kind_of(title) == kind
