// A question reworded: the form below it, and what of it has changed.
import { DIFFICULTIES, LETTERS, all, button, find, make } from "./page.js";

const MOST = { single: 8, multiple: 8, blank: 10, short: 20 };
const ADD = { single: "添加选项", multiple: "添加选项", blank: "添加一空", short: "添加要点" };

// The form for a question; `save(changes)` gives back what speaks against it, or nothing.
export function editForm(question, save, cancel) {
  const wrong = make("p", { class: "wrong", role: "alert", hidden: true });
  const done = make("button", { type: "submit", class: "main" }, "保存");
  const row = make("div", { class: "row" }, done, button("取消", cancel));
  const form = make(
    "form",
    { class: "edit", novalidate: "", "aria-label": "修改这一题" },
    fields(question),
    wrong,
    row,
  );
  form.question = question;
  form.onsubmit = async (event) => {
    event.preventDefault();
    done.disabled = true;
    complain(form, local(form) || (await save(changes(form), form)));
    done.disabled = false;
  };
  return form;
}

function complain(form, message) {
  const place = find(".wrong", form);
  place.textContent = message || "";
  place.hidden = !message;
}

function fields(question) {
  return [
    make("label", {}, "题干", area("stem", question.stem, 1000)),
    make("fieldset", { class: "key" }, make("legend", {}, legend(question)), answers(question)),
    make("label", {}, "解析", area("explanation", question.explanation, 2000)),
    make("label", { class: "narrow" }, "难度", difficulty(question)),
  ];
}

function area(name, value, longest) {
  return make("textarea", {
    name,
    value,
    maxlength: String(longest),
    rows: String(Math.min(6, 1 + Math.ceil(value.length / 36))),
  });
}

function legend({ kind }) {
  const legends = {
    single: "选项（点选正确的一个）",
    multiple: "选项（勾选正确的）",
    true_false: "答案",
    blank: "各空的答案",
    short: "要点",
  };
  return legends[kind];
}

function difficulty(question) {
  const rows = Object.entries(DIFFICULTIES).map(([value, name]) =>
    make("option", { value, selected: value === question.difficulty }, name),
  );
  return make("select", { name: "difficulty" }, rows);
}

function answers(question) {
  if (question.kind === "true_false") return ["对", "错"].map((word) => judged(word, question));
  const texts = question.options.length ? question.options : question.answer;
  const list = make(
    "div",
    { class: "texts" },
    texts.map((text, i) => line(question, text, i)),
  );
  const more = button(ADD[question.kind], () => {
    if (list.children.length < MOST[question.kind]) list.append(line(question, "", list.children.length));
    find("input[type=text], textarea", list.lastElementChild).focus();
  });
  return [list, make("p", { class: "note" }, more, " 留空的不保存。")];
}

const group = (question) => `key-${question.id}`;

function judged(word, question) {
  const tick = make("input", {
    type: "radio",
    name: group(question),
    value: word,
    checked: question.answer[0] === word,
  });
  return make("label", { class: "tick inline" }, tick, word);
}

function lineName({ kind }, i) {
  return { blank: `第 ${i + 1} 空`, short: `要点 ${i + 1}` }[kind] ?? `选项 ${LETTERS[i]}`;
}

function line(question, text, i) {
  const name = lineName(question, i);
  const box =
    question.kind === "short"
      ? area("text", text, 1000)
      : make("input", { type: "text", name: "text", value: text, maxlength: "200" });
  box.setAttribute("aria-label", name);
  if (!question.options.length)
    return make("div", { class: "text" }, make("span", { class: "mark" }, `${i + 1}.`), box);
  const type = question.kind === "single" ? "radio" : "checkbox";
  const right = question.answer.includes(LETTERS[i]);
  const tick = make("input", {
    type,
    name: group(question),
    checked: right,
    "aria-label": `${name}是正确答案`,
  });
  return make("div", { class: "text" }, tick, make("span", { class: "mark" }, `${LETTERS[i]}.`), box);
}

// Reading the form

// What can be checked without asking the server.
function local(form) {
  return find("[name=stem]", form).value.trim().length < 4 ? "没有保存：题干太短，至少 4 个字。" : "";
}

function reading(form) {
  const question = form.question;
  const value = (name) => find(`[name=${name}]`, form).value.trim();
  return {
    stem: value("stem"),
    ...key(form, question),
    explanation: value("explanation"),
    difficulty: value("difficulty"),
  };
}

function key(form, question) {
  if (question.kind === "true_false")
    return { answer: all(".tick input:checked", form).map((tick) => tick.value) };
  const rows = all(".text", form).filter((row) => find("[name=text]", row).value.trim());
  const texts = rows.map((row) => find("[name=text]", row).value.trim());
  if (!question.options.length) return { answer: texts };
  const right = rows.flatMap((row, i) => (find("input:checked", row) ? [LETTERS[i]] : []));
  return { options: texts, answer: right };
}

// The fields that differ from what the form began with: the others stay as they are stored, and the letters of
// the key go along with the options they belong to.
export function changes(form) {
  const now = reading(form);
  const same = (name) => JSON.stringify(now[name]) === JSON.stringify(trimmed(form.question[name]));
  const changed = Object.keys(now).filter((name) => !same(name));
  if (changed.includes("options") && !changed.includes("answer")) changed.push("answer");
  return Object.fromEntries(changed.map((name) => [name, now[name]]));
}

const trimmed = (value) => (Array.isArray(value) ? value.map((text) => text.trim()) : value.trim());

export const isChanged = (form) => Object.keys(changes(form)).length > 0;
