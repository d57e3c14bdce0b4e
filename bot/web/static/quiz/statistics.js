// What the answers tell of each question, loaded when it is opened.
import { LETTERS, PAPERS, button, json, make } from "./page.js";

const NOTE =
  "只计每人第一次作答。得分率：全体得分占满分的比例。区分度：成绩好的和差的人在这题上的得分率之差。" +
  "得分率满 5 人、区分度满 10 人才给出。✓ 是正确答案。";

export function statistics(paper, kinds) {
  const place = make("div", { "aria-live": "polite" });
  const details = make("details", { class: "statistics" }, make("summary", {}, "答题统计"), place);
  const load = async () => place.replaceChildren(...(await loaded(paper, kinds, load)));
  details.ontoggle = () => details.open && load();
  return details;
}

async function loaded(paper, kinds, again) {
  try {
    const { questions } = await json("GET", `${PAPERS}/${paper.id}/statistics`);
    return [...overview(paper, kinds, questions), button("刷新", again)];
  } catch (error) {
    return [make("p", { class: "wrong" }, error.message), button("重试", again)];
  }
}

function overview(paper, kinds, found) {
  if (!found.some(({ answers }) => answers)) return [make("p", { class: "note" }, "还没有人作答。")];
  const byId = new Map(found.map((one) => [one.question_id, one]));
  const ordered = Object.keys(kinds).flatMap((kind) => paper.questions.filter((one) => one.kind === kind));
  const rows = ordered.map((question, i) => lines(question, i + 1, byId.get(question.id)));
  return [make("p", { class: "note" }, NOTE), make("div", { class: "scroll" }, table(rows))];
}

function table(rows) {
  const names = ["题", "人数", "得分率", "区分度", "各选项人数"].map((name) =>
    make("th", { scope: "col" }, name),
  );
  return make("table", {}, make("thead", {}, make("tr", {}, names)), make("tbody", {}, rows));
}

// The figures of a question, and below them what is to be looked at.
function lines(question, number, one) {
  const figures = [one.answers, share(one.difficulty), one.discrimination?.toFixed(2) ?? "-"];
  const cells = figures.map((figure) => make("td", {}, String(figure)));
  const row = make("tr", {}, make("th", { scope: "row" }, `第 ${number} 题`), cells, taken(question, one));
  const remark = make("tr", { class: "remark" }, make("td", { colspan: "5" }, one.remarks.join("")));
  return one.remarks.length ? [row, remark] : [row];
}

const share = (part) => (part === null ? "-" : `${Math.round(part * 100)}%`);

function taken(question, one) {
  const what = question.kind === "short" ? "要点" : "";
  const mark = (name) => (question.answer.includes(name) ? "✓" : "");
  const words = named(question).map((name) => `${what}${name}${mark(name)}：${one.taken[name] ?? 0}`);
  return make(
    "td",
    { class: "taken" },
    words.map((word) => make("span", {}, word)),
  );
}

function named({ kind, options, answer }) {
  if (kind === "true_false") return ["对", "错"];
  if (kind === "short") return answer.map((_, i) => String(i + 1));
  return options.map((_, i) => LETTERS[i]);
}
