from knowledge.language.words import (
    fold,
    is_general,
    is_informative,
    query_terms,
    terms,
    without_question_words,
    words,
)


def test_words_and_pairs_stand_in_one_row() -> None:
    found = terms("督查检查")
    assert {"督查", "检查", "查检"} <= set(found)
    assert found.count("督查") == 2  # as a word and as a pair


def test_script_width_and_case_are_folded() -> None:
    assert fold("資訊科協ＡＢＣ１２") == "资讯科协abc12"
    assert terms("黨建") == terms("党建")


def test_invisible_characters_do_not_part_words() -> None:
    assert terms("党\u200b建") == terms("党建")


def test_a_document_number_is_one_term() -> None:
    assert "〔2022〕5号" in terms("见渝科协社党发[2022] 5 号文件")


def test_asking_words_are_dropped_and_leave_no_pair_across_the_gap() -> None:
    assert without_question_words("多久开展一次") == " 开展一次"
    assert "么学" not in query_terms("什么学会")


def test_a_question_of_asking_words_alone_keeps_them() -> None:
    assert query_terms("什么") == terms("什么")


def test_words_leave_punctuation_out() -> None:
    assert words("党建，入章！") == ["党建", "入章"]


def test_telling_words() -> None:
    assert is_general("要求")
    assert not is_general("期刊")
    assert not is_informative("后要", known=False)
    assert is_informative("后要", known=True)
    assert is_informative("工资", known=False)
    assert not is_informative("要", known=True)
