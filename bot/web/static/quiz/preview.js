// A paper to look over: its summary, and its questions as cards.
import { DIFFICULTIES, LETTERS, button, figure, keyWords, make, sourceLink, sum } from "./page.js";

const NUMERALS = "一二三四五六七八九十";

// The questions of a paper in the order of their kinds, each with its place in the paper: [kind, [[index, question]…]]…
export function groups(paper, kinds) {
  const rows = paper.questions.map((question, index) => [index, question]);
  return Object.keys(kinds)
    .map((kind) => [kind, rows.filter(([, question]) => question.kind === kind)])
    .filter(([, questions]) => questions.length);
}

export const points = (paper) => sum(paper.questions.map(({ kind }) => paper.points[kind] ?? 0));

// Summary

export function summary(paper, choices) {
  return make(
    "section",
    { class: "summary", "aria-label": "概况" },
    make("div", { class: "scroll" }, kindsTable(paper, choices.kinds)),
    make(
      "dl",
      {},
      fact("难度", difficulties(paper)),
      fact("考到", covered(paper, choices)),
      fact("种子", String(paper.seed)),
    ),
    paper.notice && make("p", { class: "warned" }, paper.notice),
    dropped(paper, choices.rules),
  );
}

const fact = (name, value) => make("div", {}, make("dt", {}, name), make("dd", {}, value));

function kindsTable(paper, kinds) {
  const head = make(
    "tr",
    {},
    ["题型", "题数", "每题", "合计"].map((name) => make("th", { scope: "col" }, name)),
  );
  const rows = groups(paper, kinds).map(([kind, questions]) =>
    row(kinds[kind], questions.length, paper.points[kind] ?? 0),
  );
  const last = make(
    "tr",
    { class: "sum" },
    make("th", { scope: "row" }, "合计"),
    make("td", {}, `${paper.count} 题`),
    make("td"),
    make("td", {}, `${figure(points(paper))} 分`),
  );
  return make("table", {}, make("thead", {}, head), make("tbody", {}, rows, last));
}

function row(name, count, each) {
  const cells = [`${count} 题`, `${figure(each)} 分`, `${figure(each * count)} 分`];
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, name),
    cells.map((cell) => make("td", {}, cell)),
  );
}

function difficulties(paper) {
  const counted = Object.entries(DIFFICULTIES).map(([name, word]) => [
    word,
    paper.questions.filter((question) => question.difficulty === name).length,
  ]);
  return counted.map(([word, count]) => `${word} ${count}`).join("，");
}

function covered(paper, { documents }) {
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  const rows = new Map();
  for (const { citation } of paper.questions) {
    const sections = rows.get(citation.document_id) ?? new Map();
    const name = citation.path[0] ?? citation.place;
    rows.set(citation.document_id, sections.set(name, (sections.get(name) ?? 0) + 1));
  }
  const count = sum([...rows.values()].map((sections) => sections.size));
  const list = [...rows].map(([id, sections]) =>
    make(
      "li",
      {},
      titles.get(id) ?? id,
      make(
        "ul",
        {},
        [...sections].map(([name, n]) => make("li", {}, `${name}：${n} 题`)),
      ),
    ),
  );
  return make(
    "details",
    {},
    make("summary", {}, `${rows.size} 份文件的 ${count} 个部分`),
    make("ul", {}, list),
  );
}

function dropped(paper, rules) {
  const rows = Object.entries(paper.dropped).sort((one, other) => other[1] - one[1]);
  if (!rows.length) return null;
  const list = rows.map(([name, count]) => make("li", {}, `${count} 道：${rules[name] ?? name}`));
  const title = `出题时另有 ${sum(rows.map(([, count]) => count))} 道没有通过检查，没有用`;
  return make("details", { class: "dropped" }, make("summary", {}, title), make("ul", {}, list));
}

// Questions

// All questions; `tools(index, question)` gives what stands below one: buttons, a form, a message.
export function questions(paper, kinds, tools) {
  let number = 0;
  return groups(paper, kinds).map(([kind, rows], order) =>
    make(
      "section",
      { class: "kind" },
      make(
        "h3",
        {},
        `${NUMERALS[order]}、${kinds[kind]}`,
        make("small", {}, `共 ${rows.length} 题，每题 ${figure(paper.points[kind] ?? 0)} 分`),
      ),
      rows.map(([index, question]) => card(question, index, ++number, tools(index, question))),
    ),
  );
}

function card(question, index, number, tools) {
  return make(
    "article",
    {
      class: `question ${question.kind}`,
      id: `question-${index}`,
      tabindex: "-1",
      "aria-label": `第 ${number} 题`,
    },
    make("div", { class: "stem" }, make("span", { class: "n" }, `${number}.`), make("p", {}, question.stem)),
    options(question),
    solution(question),
    warnings(question),
    tools,
  );
}

function options({ options: texts, answer }) {
  const rows = texts.map((text, i) =>
    make(
      "li",
      { class: answer.includes(LETTERS[i]) ? "right" : undefined },
      make("span", { class: "n" }, `${LETTERS[i]}.`),
      text,
    ),
  );
  return rows.length ? make("ol", { class: "options" }, rows) : null;
}

function solution(question) {
  const key = question.options.length ? [question.answer.join("、")] : keyWords(question);
  const others = question.variants.flat();
  return make(
    "div",
    { class: "solution" },
    make(
      "p",
      { class: "answer" },
      make("b", {}, "答案"),
      key.map((line) => make("span", {}, line)),
      others.length && make("small", {}, `（也对：${others.join("、")}）`),
    ),
    make(
      "p",
      { class: "explanation" },
      make("b", {}, "解析"),
      make("span", {}, question.explanation || "（没有）"),
    ),
    make(
      "p",
      { class: "from" },
      make("b", {}, "出处"),
      make(
        "span",
        {},
        sourceLink(question.citation),
        make("small", { class: "level" }, `　难度：${DIFFICULTIES[question.difficulty]}`),
      ),
    ),
  );
}

function warnings(question) {
  if (!question.warnings.length) return null;
  return make(
    "ul",
    { class: "warnings", "aria-label": "请留意" },
    question.warnings.map((words) => make("li", {}, words)),
  );
}

// A question as plain text with its key and source, ready for a message.
export function plainText(question) {
  const lettered = question.options.map((text, i) => `${LETTERS[i]}. ${text}`);
  const key = question.options.length ? question.answer.join("") : keyWords(question).join("\n");
  return [question.stem, ...lettered, `答案：${key}`, question.explanation && `解析：${question.explanation}`]
    .filter(Boolean)
    .join("\n");
}

// The empty place before a paper is there.
export function nothing() {
  return make(
    "div",
    { class: "nothing" },
    make("h2", {}, "还没有打开试卷"),
    make(
      "p",
      {},
      "选好文件、题型和题数，按“出题”。每道题的答案和解析都是原文里的话，出好后可以逐题换、改，再审定、导出或发给大家练习。",
    ),
  );
}

export const failure = (message, again) =>
  make(
    "div",
    { class: "nothing" },
    make("p", { class: "wrong", role: "alert" }, message),
    button("重试", again),
  );
