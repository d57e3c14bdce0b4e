// What becomes of a paper: files in all formats, the link for practice, what the answers tell.
import { PAPERS, all, button, copy, make, request } from "./page.js";
import { statistics } from "./statistics.js";

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

// By way of a blob, so that a refusal can be shown on the page instead of opening as a page of its own.
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
    statistics(paper, choices.kinds),
  );
}
