"""The page on which quizzes are practised, in a real browser on a phone's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.quiz_page import KINDS, Open, approve, kept, make, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page


def answer_rightly(page: Page, question: dict[str, Any]) -> None:
    """Give the key of the question that is shown."""
    if question["kind"] == "blank":
        for i, text in enumerate(question["answer"]):
            page.locator("[name=given]").nth(i).fill(text)
    elif question["kind"] == "short":
        page.fill("[name=text]", "写给自己的回答")
        page.click("text=对照要点")
        page.wait_for_selector(".choice")
        for tick in page.locator(".choice input").all():
            tick.check()
    else:
        for value in question["answer"]:
            page.locator(f".choice[data-value={value}]").click()


def next_(page: Page, sent: bool = False) -> None:
    """Send what is given, and go on."""
    if not sent:
        page.click("[type=submit]")
    page.click("#next")


def test_a_paper_is_practised_to_the_end_and_its_mistake_gone_over(open_: Open, trainer: Page) -> None:
    number = make(trainer, KINDS)
    approve(trainer)
    questions = kept(trainer, number)["questions"]
    phone = open_(f"/quiz/practice/{number}", 360, 740)
    wrong = questions[0]
    phone.locator("#place >> text=第 1 / 5 题").wait_for()
    right = wrong["answer"][0]
    phone.locator(f".choice:not([data-value={right}])").first.click()
    phone.click("[type=submit]")
    phone.wait_for_selector(".feedback.missed")
    assert phone.evaluate("document.activeElement.className").startswith("feedback")
    assert wrong["citation"]["quote"] in phone.inner_text(".feedback blockquote")
    assert phone.locator(".feedback .source").get_attribute("href") == wrong["citation"]["url"]
    assert sideways(phone) <= 0
    next_(phone, sent=True)
    for question in questions[1:]:
        phone.locator("#stem", has_text=question["stem"][:20]).wait_for()
        answer_rightly(phone, question)
        assert sideways(phone) <= 0
        next_(phone)
    phone.locator(".score >> text=16 / 18 分（89%）").wait_for()
    assert "还有 1 道错题" in phone.inner_text("#practice")
    phone.check("text=只看错题")
    assert phone.locator(".reviewed li:visible").count() == 1
    assert sideways(phone) <= 0
    phone.reload()
    phone.click("text=重做错题（1）")
    phone.locator("#place >> text=第 1 / 1 题").wait_for()
    answer_rightly(phone, wrong)
    phone.click("[type=submit]")
    phone.locator(".feedback.right >> text=不计入答题统计").wait_for()
    phone.click("#next")
    phone.locator("#practice >> text=没有错题了").wait_for()
    trainer.click(".statistics summary")
    trainer.wait_for_selector(".statistics table")
    row = trainer.inner_text(".statistics tbody tr >> nth=0")
    assert f"{right}✓：0" in row
    trainer.set_viewport_size({"width": 360, "height": 740})
    assert sideways(trainer) <= 0
    phone.click("text=从头再来")
    phone.locator("#place >> text=第 1 / 5 题").wait_for()


def test_practice_goes_by_keys_alone(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 1, "multiple": 1, "true_false": 1})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}")
    for question in kept(trainer, number)["questions"]:
        page.locator("#stem", has_text=question["stem"][:20]).wait_for()
        key = question["answer"]
        for value in key:
            page.keyboard.press({"对": "1", "错": "2"}.get(value, value.lower()))
        page.keyboard.press("Enter")
        page.wait_for_selector(".feedback.right")
        page.keyboard.press("Enter")
    page.locator(".score >> text=100%").wait_for()


def test_closing_the_page_loses_nothing(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"blank": 2})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.locator("[name=given]").first.fill("写了一半")
    page.close()
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.wait_for_selector("form")
    assert page.locator("[name=given]").first.input_value() == "写了一半"
    page.click("[type=submit]")
    page.wait_for_selector(".feedback.missed")
    page.reload()
    page.wait_for_selector(".feedback.missed")
    next_(page, sent=True)
    page.locator("#place >> text=第 2 / 2 题").wait_for()


def test_an_answer_waits_for_the_server(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"true_false": 1})
    approve(trainer)
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.click(".choice >> nth=0")
    page.context.set_offline(True)
    page.click("[type=submit]")
    page.locator(".wrong >> text=您的答案已保留").wait_for()
    page.context.set_offline(False)
    assert page.is_checked(".choice input >> nth=0")
    assert page.inner_text("[type=submit]") == "重试"
    page.click("[type=submit]")
    page.wait_for_selector(".feedback")


def test_what_cannot_be_practised_is_told(open_: Open, trainer: Page) -> None:
    number = make(trainer, {"single": 1})
    page = open_(f"/quiz/practice/{number}", 390, 844)
    page.locator(".wrong >> text=还没有审定").wait_for()
    approve(trainer)
    page.click("text=重试")
    page.wait_for_selector("form")
    gone = open_("/quiz/practice/gone", 390, 844)
    gone.locator(".wrong >> text=没有编号为“gone”的试卷").wait_for()
    lost = open_("/quiz?paper=gone")
    lost.locator("#paper .wrong >> text=没有编号为“gone”的试卷").wait_for()
