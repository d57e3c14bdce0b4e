// What came of the answers: the word after each question, and the score at the end.
import { KIND_NAMES, LETTERS, button, figure, keyWords, make, source, sourceLink, sum } from "./page.js";

const grade = ({ right, score }) => (right ? "right" : score > 0 ? "part" : "missed");
const WORDS = { right: "答对了", part: "部分正确", missed: "答错了" };

// After a question: right or wrong, the key, and the words of the document that prove it.
export function feedback(question, done, points) {
  const earned = done.right ? "" : `，得 ${figure(done.score * points)} / ${figure(points)} 分`;
  const title =
    question.kind === "short"
      ? `得 ${figure(done.score * points)} / ${figure(points)} 分`
      : WORDS[grade(done)] + earned;
  return make(
    "section",
    { class: `feedback ${grade(done)}`, tabindex: "-1", "aria-live": "polite", "aria-labelledby": "verdict" },
    make("h3", { id: "verdict" }, title),
    key(question),
    ...proof(question),
    done.again && make("p", { class: "note" }, "这道题以前答过，这次不计入答题统计。"),
  );
}

function key(question) {
  if (question.kind === "short") return null; // its points are above, beside those ticked
  const lines = keyWords(question).map((line) => make("p", {}, line));
  const others = question.variants.flat();
  return make(
    "div",
    {},
    make("p", { class: "of" }, "正确答案"),
    lines,
    others.length && make("p", { class: "note" }, `也对：${others.join("、")}`),
  );
}

function proof(question) {
  const { citation, explanation } = question;
  const more = explanation.replace(`${source(citation)}：“${citation.quote}”`, "").trim(); // the quote stands below
  return [
    make(
      "div",
      {},
      make("p", { class: "of" }, "原文"),
      make("blockquote", {}, citation.quote),
      sourceLink(citation),
    ),
    more && make("p", {}, more),
  ];
}

// The end of a round

export function end(paper, progress, again) {
  return [
    make("h2", { tabindex: "-1" }, progress.isWhole ? "成绩" : "错题重做完了"),
    ...score(paper, progress),
    ...buttons(progress, again),
    ...review(paper, progress),
  ];
}

function score(paper, progress) {
  const rows = counted(paper, progress);
  const [earned, whole] = [sum(rows.map((row) => row.earned)), sum(rows.map((row) => row.whole))];
  const percent = whole ? Math.round((100 * earned) / whole) : 0;
  const right = sum(rows.map((row) => row.right));
  return [
    make("p", { class: "score" }, `${figure(earned)} / ${figure(whole)} 分（${percent}%）`),
    make("p", {}, `答对 ${right} / ${progress.round.ids.length} 题。${left(progress)}`),
    table(rows),
  ];
}

const left = ({ wrong }) => (wrong.length ? `还有 ${wrong.length} 道错题，可以重做。` : "没有错题了。");

function counted(paper, { round }) {
  const taken = paper.questions.filter(({ id }) => round.ids.includes(id));
  return [...new Set(taken.map(({ kind }) => kind))].map((kind) => {
    const each = paper.points[kind] ?? 0;
    const done = taken.filter((question) => question.kind === kind).map(({ id }) => round.done[id]);
    return {
      kind,
      count: done.length,
      right: done.filter((one) => one.right).length,
      earned: each * sum(done.map((one) => one.score)),
      whole: each * done.length,
    };
  });
}

function table(rows) {
  const head = make(
    "tr",
    {},
    ["题型", "答对", "得分"].map((name) => make("th", { scope: "col" }, name)),
  );
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, KIND_NAMES[row.kind]),
      make("td", {}, `${row.right} / ${row.count}`),
      make("td", {}, `${figure(row.earned)} / ${figure(row.whole)}`),
    ),
  );
  return make("table", {}, make("thead", {}, head), make("tbody", {}, body));
}

function buttons({ wrong }, again) {
  const mistakes =
    wrong.length > 0 && button(`重做错题（${wrong.length}）`, again.mistakes, { class: "main wide" });
  const all = button("从头再来", again.all, { class: "tool wide" });
  return [
    make("div", { class: "buttons" }, mistakes, all),
    make("p", { class: "note" }, "再做的答案不计入答题统计，只计第一次。"),
  ];
}

// The questions of the round with what was given; the switch leaves only the mistakes.
function review(paper, { round, keys }) {
  const items = round.ids.map((id, i) => [round.done[id], reviewed(keys[id], round.done[id], i + 1)]);
  const list = make(
    "ol",
    { class: "reviewed" },
    items.map(([, item]) => item),
  );
  const only = (event) => {
    for (const [done, item] of items) item.hidden = event.target.checked && done.right;
  };
  const tick = make("input", { type: "checkbox", role: "switch", onchange: only });
  return [items.some(([done]) => !done.right) && make("label", { class: "switch" }, tick, "只看错题"), list];
}

function reviewed(question, done, number) {
  return make(
    "li",
    {},
    make(
      "p",
      {},
      make("span", { class: `mark ${grade(done)}` }, `${WORDS[grade(done)]}　`),
      `${number}. ${question.stem}`,
    ),
    question.kind !== "short" &&
      !done.right &&
      make("p", {}, make("small", {}, "您的答案　"), words(question, done.given)),
    make(
      "div",
      {},
      make("small", {}, question.kind === "short" ? "要点" : "正确答案"),
      keyWords(question).map((line) => make("p", {}, line)),
    ),
    make("p", {}, sourceLink(question.citation)),
  );
}

function words(question, given) {
  if (!question.options.length) return given.join("；") || "（空）";
  return given.map((letter) => `${letter}. ${question.options[LETTERS.indexOf(letter)] ?? ""}`).join("　");
}
