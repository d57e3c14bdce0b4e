import pytest

from bot.understanding.answer_type import AnswerType, answer_type_in, without_asking_words


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        ("frequency", "每两年清点一次", "认真清点"),
        ("duration", "公示不少于5个工作日", "及时公示"),
        ("date", "3月15日前上报", "尽快上报"),
        ("time", "年底前完成", "抓紧完成"),
        ("money", "补助2万元", "给予补助"),
        ("share", "80%以上", "大力提高"),
        ("amount", "建成30家", "建成一批"),
        ("contact", "电话:02312345678", "加强联系"),
        ("penalty", "依法追究责任", "加强管理"),
    ],
)
def test_a_strict_kind_needs_its_thing(kind: str, holds: str, lacks: str) -> None:
    wanted = AnswerType(kind)
    assert wanted.strict
    assert wanted.fits(holds)
    assert not wanted.fits(lacks)


def test_an_amount_is_counted_in_its_unit_or_a_like_one() -> None:
    wanted = answer_type_in("要建多少家分馆")
    assert wanted == AnswerType("amount", "家")
    assert wanted.fits("建成30个分馆")
    assert not wanted.fits("用时30天")


def test_outright_is_more_than_by_and_by() -> None:
    assert AnswerType("frequency").fits("定期检查")
    assert not AnswerType("frequency").fits_well("定期检查")
    assert AnswerType("frequency").fits_well("每半年检查一次")


def test_an_attribute_asked_for_by_name_must_be_given() -> None:
    wanted = answer_type_in("评上了有奖金吗")
    assert wanted.attribute == "奖金"
    assert not wanted.named_in("开展评选活动")
    assert wanted.named_in("发放奖金")
    assert answer_type_in("怎么评选").named_in("开展评选活动")


def test_asking_words_are_taken_out_of_a_topic() -> None:
    assert "多少" not in without_asking_words("要建多少家分馆")
    assert "罚款" in without_asking_words("会罚款吗")


def test_only_a_term_is_asked_for_its_meaning() -> None:
    assert answer_type_in("总分馆制是什么").kind == "definition"
    assert answer_type_in("理事会的职责是什么").kind == "content"


def test_an_attribute_is_asked_for_where_the_question_asks() -> None:
    assert answer_type_in("我开小店的，没有工资，一年最多能减多少").attribute is None
    assert answer_type_in("我开小店的，店员工资是多少").attribute == "工资待遇"


def test_kinds_without_a_form_fit_anything() -> None:
    assert AnswerType().fits("随便")
    assert not AnswerType().strict
