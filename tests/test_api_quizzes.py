"""Quizzes over HTTP: made, changed, approved, exported, practised, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.quiz.exports import FORMATS
from bot.quiz.exports.reading import read_tags
from bot.server import create_app

pytestmark = pytest.mark.slow

QUIZ = "/api/v1/quiz"
READER = "a-phone-of-somebody"


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    app: FastAPI = create_app(assistant)
    with TestClient(app) as made:
        yield made


def made(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post(
        QUIZ, json={"kinds": {"single": 3, "multiple": 2, "true_false": 2, "blank": 2}} | body
    )
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_paper_has_what_was_asked_for(client: TestClient) -> None:
    paper = made(client, title="六月测验", seed=3)
    assert (paper["title"], paper["seed"], paper["state"], paper["count"]) == ("六月测验", 3, "draft", 9)
    question = paper["questions"][0]
    assert {
        "id",
        "kind",
        "stem",
        "options",
        "answer",
        "explanation",
        "difficulty",
        "warnings",
    } <= question.keys()
    assert question["citation"]["quote"] in question["citation"]["text"]
    assert client.get(f"{QUIZ}/{paper['id']}").json() == paper
    assert paper["id"] in [row["id"] for row in client.get(QUIZ).json()["papers"]]


def test_the_page_has_the_same_interface(client: TestClient) -> None:
    paper = client.post("/quiz/papers", json={"count": 5}).json()
    assert client.get(f"{QUIZ}/{paper['id']}").json() == paper


def test_progress_is_told_while_a_paper_is_made(client: TestClient) -> None:
    with client.stream("POST", QUIZ, json={"count": 60, "stream": True}) as response:
        text = "".join(response.iter_text())
    events = [block.split("\n") for block in text.strip().split("\n\n")]
    names = [rows[0].removeprefix("event: ") for rows in events]
    assert names.count("progress") == 60
    assert names[-2:] == ["paper", "done"]
    assert len(json.loads(events[-2][1].removeprefix("data: "))["questions"]) == 60


def test_an_error_in_the_making_is_an_event(client: TestClient) -> None:
    with client.stream("POST", QUIZ, json={"kinds": {"short": 300}, "stream": True}) as response:
        text = "".join(response.iter_text())
    assert "event: error" in text
    assert "简答题最多" in text


def test_one_question_is_replaced_and_the_others_stay(client: TestClient) -> None:
    paper = made(client)
    old = paper["questions"][0]["id"]
    new = client.post(f"{QUIZ}/{paper['id']}/questions/{old}/replace").json()
    assert new["questions"][1:] == paper["questions"][1:]
    assert new["questions"][0]["id"] != old
    assert new["questions"][0]["kind"] == "single"


def test_a_question_that_was_replaced_does_not_come_back(client: TestClient) -> None:
    paper = made(client, kinds={"single": 2}, seed=9)
    seen = {question["id"] for question in paper["questions"]}
    for _ in range(6):
        now = client.get(f"{QUIZ}/{paper['id']}").json()["questions"][0]["id"]
        new = client.post(f"{QUIZ}/{paper['id']}/questions/{now}/replace").json()["questions"][0]["id"]
        assert new not in seen
        seen.add(new)


def test_a_reworded_question_keeps_its_quote_and_its_rules(client: TestClient) -> None:
    paper = made(client)
    question = next(one for one in paper["questions"] if one["kind"] == "blank")
    address = f"{QUIZ}/{paper['id']}/questions/{question['id']}"
    stem = question["stem"].replace("根据", "按照")
    changed = client.patch(address, json={"stem": stem}).json()
    reworded = next(one for one in changed["questions"] if one["stem"] == stem)
    assert reworded["citation"] == question["citation"]
    refused = client.patch(
        f"{QUIZ}/{paper['id']}/questions/{reworded['id']}", json={"answer": ["原文没有的话"]}
    )
    assert refused.status_code == 400
    assert "答案不在所引原文里" in refused.json()["error"]["message"]
    assert client.get(f"{QUIZ}/{paper['id']}").json() == changed


def test_an_approved_paper_is_fixed_and_not_asked_again(client: TestClient) -> None:
    paper = made(client, seed=11)
    approved = client.post(f"{QUIZ}/{paper['id']}/approve").json()
    assert approved["state"] == "approved"
    old = paper["questions"][0]["id"]
    refused = client.post(f"{QUIZ}/{paper['id']}/questions/{old}/replace")
    assert refused.status_code == 400
    assert "已经审定" in refused.json()["error"]["message"]
    again = made(client, seed=11)
    assert not {q["id"] for q in paper["questions"]} & {q["id"] for q in again["questions"]}


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_comes_as_a_file_with_its_tags(client: TestClient, format_: str) -> None:
    paper = made(client, title="六月 / 测验")
    response = client.get(f"{QUIZ}/{paper['id']}/export/{format_}", params={"edition": "teacher"})
    assert response.status_code == 200
    assert "attachment" in response.headers["content-disposition"]
    tags = read_tags(response.content, f"paper{FORMATS[format_].ending}")
    assert {tag.question_id for tag in tags} == {question["id"] for question in paper["questions"]}


def test_the_columns_of_the_bank_can_be_chosen(client: TestClient) -> None:
    paper = made(client)
    address = f"{QUIZ}/{paper['id']}/export/excel"
    assert client.post(address, json={"columns": ["题干", "答案"]}).status_code == 200
    refused = client.post(address, json={"columns": ["没有这一列"]})
    assert refused.status_code == 400
    assert "没有这一列" in refused.json()["error"]["message"]
    assert client.post(address, json={"column": ["题干"]}).status_code == 422


def test_practice_shows_no_key_before_the_answer(client: TestClient) -> None:
    paper = made(client, seed=21)
    refused = client.get(f"{QUIZ}/{paper['id']}/practice")
    assert refused.status_code == 400
    assert "还没有审定" in refused.json()["error"]["message"]
    client.post(f"{QUIZ}/{paper['id']}/approve")
    shown = client.get(f"/quiz/open/{paper['id']}/practice").json()
    assert client.get(f"{QUIZ}/{paper['id']}/practice").json() == shown
    assert all(not {"answer", "explanation", "citation"} & question.keys() for question in shown["questions"])
    for question in paper["questions"]:
        body = {"question": question["id"], "answer": question["answer"], "reader": READER}
        marked = client.post(f"{QUIZ}/{paper['id']}/answers", json=body).json()
        assert marked["right"]
        assert marked["question"] == question
    rows = client.get(f"{QUIZ}/{paper['id']}/statistics").json()["questions"]
    assert [row["answers"] for row in rows] == [1] * len(paper["questions"])


def test_only_the_first_answer_counts(client: TestClient) -> None:
    paper = made(client, seed=31)
    client.post(f"{QUIZ}/{paper['id']}/approve")
    question = paper["questions"][0]
    wrong = next(letter for letter in "ABCD" if letter not in question["answer"])
    for answer, right in (([wrong], False), (question["answer"], True)):
        body = {"question": question["id"], "answer": answer, "reader": READER}
        assert client.post(f"{QUIZ}/{paper['id']}/answers", json=body).json()["right"] is right
    row = client.get(f"{QUIZ}/{paper['id']}/statistics").json()["questions"][0]
    assert (row["answers"], row["taken"]) == (1, {wrong: 1})


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"count": 0}, 400, "1 到 500"),
        ({"count": 501}, 400, "1 到 500"),
        ({"count": 5, "seed": -1}, 400, "随机种子"),
        ({"count": 5, "kinds": {"single": 4}}, 400, "加起来"),
        ({"kinds": {"essay": 4}}, 400, "没有“essay”"),
        ({"kinds": {"short": 400}}, 400, "简答题最多"),
        ({"count": 5, "scope": {"regions": ["火星"]}}, 422, "火星"),
        ({"count": 5, "scope": {"sections": ["没有的章节"]}}, 400, "没有的章节"),
        ({"count": "五"}, 422, "count"),
        ({"counts": {"single": 4}}, 422, "不认识的字段：counts"),
    ],
)
def test_what_cannot_be_made_is_told(
    client: TestClient, body: dict[str, Any], status: int, told: str
) -> None:
    response = client.post(QUIZ, json=body)
    assert response.status_code == status
    assert told in response.json()["error"]["message"]


def test_what_is_not_there_is_told(client: TestClient) -> None:
    paper = made(client)
    for address in (f"{QUIZ}/nothing", f"{QUIZ}/{paper['id']}/export/pdf"):
        response = client.get(address)
        assert response.status_code == 400
        assert "没有" in response.json()["error"]["message"]


def test_what_can_be_chosen_is_listed(client: TestClient) -> None:
    choices = client.get(f"{QUIZ}/choices").json()
    assert set(choices["kinds"]) == {"single", "multiple", "true_false", "blank", "short"}
    assert "一、坚持党建强会，确保正确方向" in choices["documents"][0]["sections"]


def test_what_others_changed_meanwhile_is_not_overwritten(client: TestClient) -> None:
    paper = made(client, seed=41)
    first, second = (f"{QUIZ}/{paper['id']}/questions/{one['id']}" for one in paper["questions"][:2])
    seen = {"changes": paper["changes"]}
    changed = client.patch(first, params=seen, json={"explanation": "先改的。"}).json()
    refusals = [
        client.patch(first, params=seen, json={"explanation": "后改的。"}),
        client.post(f"{second}/replace", params=seen),
        client.post(f"{QUIZ}/{paper['id']}/approve", params=seen),
    ]
    for refused in refusals:
        assert refused.status_code == 400
        assert "刚在别处改过" in refused.json()["error"]["message"]
    assert client.get(f"{QUIZ}/{paper['id']}").json() == changed
    seen = {"changes": changed["changes"]}
    assert client.post(f"{QUIZ}/{paper['id']}/approve", params=seen).json()["state"] == "approved"


def test_only_the_points_of_a_short_answer_are_told_before_it(client: TestClient) -> None:
    paper = made(client, kinds={"single": 1, "short": 1}, seed=51)
    single, short = paper["questions"]
    address = f"{QUIZ}/{paper['id']}/questions"
    assert client.get(f"{address}/{short['id']}/points").status_code == 400  # not approved
    client.post(f"{QUIZ}/{paper['id']}/approve")
    assert client.get(f"{address}/{short['id']}/points").json() == {"points": short["answer"]}
    refused = client.get(f"{address}/{single['id']}/points")
    assert refused.status_code == 400
    assert single["answer"][0] not in refused.text


def test_choices_tell_columns_and_rules(client: TestClient) -> None:
    choices = client.get(f"{QUIZ}/choices").json()
    usual = [column["name"] for column in choices["columns"] if column["usual"]]
    assert {"题型", "题干", "答案", "出处"} <= set(usual)
    paper = made(client, kinds={"single": 40, "true_false": 20})
    assert set(paper["dropped"]) <= set(choices["rules"])
