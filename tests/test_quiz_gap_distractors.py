"""Wrong answers: of one kind with the key, near to it, and said by no item."""

from __future__ import annotations

from random import Random

import pytest

from bot.quiz.facts.fact_store import FactStore
from bot.quiz.writing.gap_distractors import find_distractors, genre, is_wrong
from bot.quiz.writing.options import quantity_order, size
from bot.quiz.writing.quantity_distractors import neighbouring_quantities
from bot.quiz.writing.stems import Frame, find_frame
from knowledge.items import Document, Header, Part
from knowledge.language.quantities import quantity_spans


def document(number: int, *texts: str) -> Document:
    parts = tuple(
        Part(f"{number}#{i}", str(number), "item", f"{i}", "", f"第{i}条", (), "", text, (1, 1))
        for i, text in enumerate(texts)
    )
    return Document(str(number), f"{number}.txt", "0", Header(f"第{number}号办法"), parts)


def store(*documents: Document) -> FactStore:
    return FactStore(documents)


def frame_of(facts: FactStore, value: str, kind: str) -> Frame:
    fact = next(f for f in facts.all if f.kind == kind and f.value == value)
    made = find_frame(fact, "《办法》")
    assert made
    return made


@pytest.mark.parametrize(
    ("figure", "near", "not_near"),
    [
        ("30家", {"20家", "40家", "60家"}, {"31家", "30家"}),
        ("三年", {"两年", "四年", "五年"}, {"三年", "一年"}),
        ("每半年", {"每月", "每年", "每季度"}, {"每半年"}),
        ("三分之二", {"二分之一", "四分之三"}, {"三分之二"}),
        ("15000元", {"30000元", "20000元"}, {"15010元", "14990元"}),
        ("95%", {"90%", "85%", "100%"}, {"105%"}),
        ("24小时", {"12小时", "48小时"}, {"23小时", "25小时"}),
        ("12月", {"11月", "10月"}, {"13月"}),
        ("2022年", {"2021年", "2023年"}, {"2022年"}),
    ],
)
def test_near_figures_are_taken_for_the_right_one(figure: str, near: set[str], not_near: set[str]) -> None:
    found = set(neighbouring_quantities(figure))
    assert near <= found
    assert not not_near & found


def test_two_is_written_as_laws_write_it_or_as_others_do() -> None:
    assert "两年" in neighbouring_quantities("三年")
    assert "二年" in neighbouring_quantities("三年", formal=True)
    assert neighbouring_quantities("若干") == []


def test_figures_are_put_in_order_by_size() -> None:
    assert sorted(["十年", "三年", "七年"], key=quantity_order) == ["三年", "七年", "十年"]
    assert sorted(["每年", "每月", "每半年"], key=quantity_order) == ["每月", "每半年", "每年"]
    assert size(quantity_spans("2022年5月")[0][2]) > size(quantity_spans("2021年12月")[0][2])


def test_kinds_of_documents_are_told_by_their_last_words() -> None:
    assert genre("《志愿服务条例》") == genre("《考核办法（试行）》")
    assert genre("《结业考核表》") != genre("《志愿服务条例》")
    assert genre("《神农本草》") == -1


def test_a_range_keeps_its_bounds() -> None:
    facts = store(document(1, "情节严重的，应当处三年以上七年以下有期徒刑。"))
    wrong = find_distractors(frame_of(facts, "七年", "figure"), facts, Random(1))
    assert wrong
    assert not {"两年", "二年", "三年"} & set(wrong)


def test_no_wrong_figure_stands_in_the_item_or_is_said_elsewhere() -> None:
    facts = store(
        document(1, "主管部门应当自收到申请之日起三十日内办理完毕，最迟四十日。"),
        document(2, "主管部门应当自收到申请之日起二十日内办理完毕。"),
    )
    wrong = find_distractors(frame_of(facts, "三十日", "figure"), facts, Random(1))
    assert wrong
    assert not {"三十日", "30日", "四十日", "二十日"} & set(wrong)


def test_a_figure_in_other_words_is_not_wrong() -> None:
    facts = store(document(1, "理事会应当每半年召开一次全体会议并通报情况。"))
    made = frame_of(facts, "每半年", "figure")
    assert not is_wrong("每六个月", made, facts)
    assert is_wrong("每两年", made, facts)


def test_a_title_is_set_beside_its_like() -> None:
    facts = store(
        document(1, "各单位应当严格执行《志愿服务条例》的各项规定。"),
        document(2, "学员应当按要求填写《结业考核表》。", "报账依照《财务管理办法》办理。"),
    )
    assert find_distractors(frame_of(facts, "《志愿服务条例》", "title"), facts, Random(1)) == [
        "《财务管理办法》"
    ]


def test_what_another_document_says_is_not_wrong() -> None:
    facts = store(
        document(1, "各单位应当严格执行《志愿服务条例》的各项规定。"),
        document(2, "各单位应当严格执行《财务管理办法》的各项规定。"),
    )
    assert find_distractors(frame_of(facts, "《志愿服务条例》", "title"), facts, Random(1)) == []


def test_words_in_marks_are_set_beside_words_of_one_shape() -> None:
    facts = store(
        document(1, "各单位应当认真执行“三会一课”制度和其他规定。"),
        document(2, "要求“四议两公开”制度、“休眠会员”名单和“ABC计划”。"),
    )
    assert find_distractors(frame_of(facts, "三会一课", "term"), facts, Random(1)) == ["四议两公开"]


def test_a_body_above_another_is_not_proven_wrong() -> None:
    facts = store(
        document(1, "县级以上人民政府应当建立协调制度并且公布。"),
        document(2, "省级人民政府应当组织检查。", "公安机关应当依法处理。"),
    )
    made = frame_of(facts, "县级以上人民政府", "actor")
    assert not is_wrong("省级人民政府", made, facts)
    assert is_wrong("公安机关", made, facts)


def test_a_word_much_like_the_key_is_not_proven_wrong() -> None:
    facts = store(
        document(1, "有关单位应当加强队伍建设。"), document(2, "组织者以牟利为目的，应当依法追究责任。")
    )
    made = frame_of(facts, "牟利", "purpose")
    assert not is_wrong("营利", made, facts)
    assert is_wrong("出卖", made, facts)


def test_an_object_of_another_field_is_not_set_beside_the_key() -> None:
    facts = store(
        document(1, "有关单位应当认真履职，加强粮食市场监测。", "加强粮食市场调控，做好粮食供应。"),
        document(2, "有关单位应当认真履职，加强病案质量管理。"),
    )
    assert "病案质量管理" not in find_distractors(frame_of(facts, "粮食市场监测", "object"), facts, Random(1))
    assert facts.is_of_domain("粮食市场调控", facts.documents[0])
    assert not facts.is_of_domain("病案质量管理", facts.documents[0])


def test_another_name_of_the_key_is_not_wrong() -> None:
    facts = store(
        document(1, "会员代表大会应当每年选举产生新的理事会。", "会员代表大会是本会最高权力机关。"),
        document(2, "最高权力机关应当依法公开。", "监督管理机关应当依法公开。"),
    )
    made = frame_of(facts, "会员代表大会", "actor")
    assert not is_wrong("最高权力机关", made, facts)
    assert is_wrong("公安机关", made, facts)
