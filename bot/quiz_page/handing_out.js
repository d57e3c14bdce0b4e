// What becomes of a paper: files in all formats, the link for practice, what the answers tell.
import { LETTERS, PAPERS, all, button, copy, find, json, make, request } from "./page.js";

const EDITIONS = { student: "学员版", teacher: "教师版" };

// Files

export function exports(paper, choices) {
  const wrong = make("p", { class: "wrong", role: "alert", hidden: true });
  const get = (format, edition) =>
    saving(wrong, () =>
      request("GET", `${PAPERS}/${paper.id}/export/${format}${edition ? `?edition=${edition}` : ""}`),
    );
  const pressed = choices.formats.flatMap(({ name, title, editions }) =>
    (editions.length ? editions : [""]).map((edition) =>
      button(edition ? `${title}（${EDITIONS[edition]}）` : title, get(name, edition), {
        "data-format": name + edition,
      }),
    ),
  );
  return make(
    "section",
    { class: "files", "aria-label": "导出" },
    make("h3", {}, "导出"),
    make("div", { class: "tools" }, pressed),
    excel(paper, choices.columns, wrong),
    wrong,
  );
}

function saving(wrong, ask) {
  return async (event) => {
    const pressed = event.target;
    pressed.disabled = true;
    wrong.hidden = true;
    try {
      await save(await ask());
    } catch (error) {
      Object.assign(wrong, { textContent: `没有导出：${error.message}`, hidden: false });
    }
    pressed.disabled = false;
  };
}

// By way of a blob, so that a refusal can be told on the page instead of opening as a page of its own.
async function save(answer) {
  const name = /filename\*=UTF-8''(.+)$/.exec(answer.headers.get("Content-Disposition") ?? "");
  const address = URL.createObjectURL(await answer.blob());
  make("a", { href: address, download: name ? decodeURIComponent(name[1]) : "试卷" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function excel(paper, columns, wrong) {
  const list = make("ol", { class: "columns" }, columns.map(column));
  const ask = () =>
    request("POST", `${PAPERS}/${paper.id}/export/excel`, {
      columns: all("input:checked", list).map((tick) => tick.value),
    });
  const reset = () => list.replaceChildren(...columns.map(column));
  const row = make(
    "div",
    { class: "row" },
    button("按所选的列导出", saving(wrong, ask), { "data-format": "columns" }),
    button("恢复常用的列", reset),
  );
  return make(
    "details",
    { class: "excel" },
    make("summary", {}, "Excel 选列和排列"),
    make("p", { class: "note" }, "勾选要的列，用箭头排先后。"),
    list,
    row,
  );
}

function column({ name, usual }) {
  const tick = make("input", { type: "checkbox", value: name, checked: usual });
  const item = make("li", {}, make("label", { class: "tick" }, tick, name));
  item.append(
    button("↑", () => move(item, -1), { "aria-label": `${name}：前移` }),
    button("↓", () => move(item, 1), { "aria-label": `${name}：后移` }),
  );
  return item;
}

function move(item, step) {
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (other) step < 0 ? other.before(item) : other.after(item);
  all("button", item)[step < 0 ? 0 : 1].focus();
}

// Practice

export function practice(paper, choices) {
  const address = `${choices.address ?? location.origin}/quiz/practice/${paper.id}`;
  const here = !choices.address && ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
  return make(
    "section",
    { class: "handed", "aria-label": "练习" },
    make("h3", {}, "已审定，可以练习"),
    make("p", { class: "address" }, make("a", { href: address, target: "_blank", rel: "noopener" }, address)),
    make(
      "div",
      { class: "tools" },
      button("复制链接", (event) => copy(address, event.target)),
    ),
    here &&
      make(
        "p",
        { class: "note" },
        "这个地址只有这台电脑打得开。要发给大家，请用别人也能打开的地址进入本页，再复制链接。",
      ),
    answers(paper, choices.kinds),
  );
}

function answers(paper, kinds) {
  const place = make("div", { "aria-live": "polite" });
  const details = make("details", { class: "statistics" }, make("summary", {}, "答题统计"), place);
  const load = async () => place.replaceChildren(...(await rows(paper, kinds, load)));
  details.ontoggle = () => details.open && load();
  return details;
}

async function rows(paper, kinds, again) {
  try {
    const { questions } = await json("GET", `${PAPERS}/${paper.id}/statistics`);
    return [...told(paper, kinds, questions), button("刷新", again)];
  } catch (error) {
    return [make("p", { class: "wrong" }, error.message), button("重试", again)];
  }
}

function told(paper, kinds, found) {
  if (!found.some(({ answers }) => answers)) return [make("p", { class: "note" }, "还没有人作答。")];
  const names = ["题", "人数", "得分率", "区分度", "各选项人数", "说明"];
  const head = make(
    "tr",
    {},
    names.map((name) => make("th", { scope: "col" }, name)),
  );
  const byId = new Map(found.map((one) => [one.question_id, one]));
  const ordered = Object.keys(kinds).flatMap((kind) =>
    paper.questions.filter((question) => question.kind === kind),
  );
  const body = ordered.map((question, i) => line(question, i + 1, byId.get(question.id)));
  const note =
    "只计每人第一次作答。得分率：全体得分占满分的比例。区分度：成绩好的和差的人在这题上的得分率之差。得分率满 5 人、区分度满 10 人才给出。";
  return [
    make("p", { class: "note" }, note),
    make(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "统计表" },
      make("table", {}, make("thead", {}, head), make("tbody", {}, body)),
    ),
  ];
}

function line(question, number, one) {
  const cells = [
    one.answers,
    share(one.difficulty),
    one.discrimination?.toFixed(2) ?? "-",
    taken(question, one),
    one.remarks.join(""),
  ];
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, `第 ${number} 题`),
    cells.map((cell) => make("td", {}, String(cell))),
  );
}

const share = (part) => (part === null ? "-" : `${Math.round(part * 100)}%`);

function taken(question, one) {
  if (question.kind === "blank") return "";
  const named = { true_false: ["对", "错"], short: question.answer.map((_, i) => String(i + 1)) }[
    question.kind
  ];
  const names = named ?? question.options.map((_, i) => LETTERS[i]);
  const mark = (name) => (question.answer.includes(name) ? "✓" : "");
  return names
    .map(
      (name) =>
        `${named && question.kind === "short" ? "要点" : ""}${name}${mark(name)}：${one.taken[name] ?? 0}`,
    )
    .join("　");
}
