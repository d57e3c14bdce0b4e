"""Words by their pinyin."""

from __future__ import annotations

from knowledge.language.pinyin import PhoneticIndex


def test_homophones_have_the_same_syllables() -> None:
    index = PhoneticIndex.build(["培训", "督查", "a"])
    assert index.homophones("陪训") == (("培训", 0.8),)
    assert index.homophones("培训") == ()
    assert index.homophones("xyz") == ()


def test_pinyin_and_its_initials_spell_words() -> None:
    index = PhoneticIndex.build(["党支部", "培训"])
    assert index.homophones("peixun") == (("培训", 0.8),)
    assert index.homophones("dzb") == (("党支部", 0.7),)
    assert index.homophones("px") == ()  # two letters may mean anything
