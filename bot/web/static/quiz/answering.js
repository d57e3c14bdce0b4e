// The ways of answering a question, a form for each kind: options, 对/错, blanks, one's own words.
import { LETTERS, all, find, make } from "./page.js";

// The form for a question; `draft` is what was given before the page was closed.
export function answerForm(question, draft) {
  const form = make("form", { novalidate: "", "aria-labelledby": "stem" }, fields(question, draft ?? {}));
  form.append(
    make("p", { class: "wrong", role: "alert", hidden: true }),
    make(
      "button",
      { type: "submit", class: "main wide" },
      question.kind === "short" && !draft?.points ? "对照要点" : "提交",
    ),
  );
  return form;
}

function fields(question, draft) {
  if (question.kind === "blank") return blanks(question, draft.given ?? []);
  if (question.kind === "short") return ownWords(draft);
  if (question.kind === "true_false")
    return choices(
      "请判断",
      "radio",
      [
        ["对", "对"],
        ["错", "错"],
      ],
      draft.given,
      "judged",
    );
  const rows = question.options.map((text, i) => [LETTERS[i], text]);
  if (question.kind === "single") return choices("请选一个", "radio", rows, draft.given);
  return choices("请选出所有正确的", "checkbox", rows, draft.given);
}

function choices(legend, type, rows, given = [], style = "") {
  return make(
    "fieldset",
    { class: style },
    make("legend", { class: "unseen" }, legend),
    rows.map(([value, text]) =>
      make(
        "label",
        { class: "choice", "data-value": value },
        make("input", { type, name: "given", value, checked: given.includes(value) }),
        value !== text && make("b", {}, value),
        make("span", {}, text),
      ),
    ),
  );
}

function blanks(question, given) {
  return Array.from({ length: question.answers }, (_, i) =>
    make(
      "label",
      { class: "gap" },
      question.answers > 1 ? `第 ${i + 1} 空` : "填空",
      make("input", {
        type: "text",
        name: "given",
        value: given[i] ?? "",
        maxlength: "200",
        autocomplete: "off",
        enterkeyhint: "done",
      }),
    ),
  );
}

function ownWords(draft) {
  const text = make("textarea", {
    name: "text",
    rows: "6",
    value: draft.text ?? "",
    maxlength: "4000",
    readOnly: Boolean(draft.points),
  });
  const written = make("label", { class: "gap" }, "您的回答（只留在这台设备上）", text);
  return draft.points ? [written, compared(draft)] : [written];
}

// The points of the key; the person ticks those in the answer, since nobody else can judge it.
function compared({ points, given = [] }) {
  const rows = points.map((point, i) => [String(i + 1), point]);
  const list = choices("勾出您答到的要点", "checkbox", rows, given);
  find("legend", list).className = "kind";
  return list;
}

// What is given so far, as the interface takes it.
export function given(form, question) {
  if (question.kind === "blank") return all("[name=given]", form).map((box) => box.value.trim());
  return all("[name=given]:checked", form).map((box) => box.value);
}

export const writtenText = (form) => find("[name=text]", form)?.value ?? "";

// What is still missing, in words; nothing where the answer can be sent.
export function missing(question, answer) {
  if (question.kind === "short") return "";
  if (question.kind === "blank") return answer.some(Boolean) ? "" : "请先填写，再提交。";
  return answer.length ? "" : "请先选择，再提交。";
}

// The option that a key stands for is taken: 1-9 by order, A-H by letter. True where there is one.
export function takeByKey(form, key) {
  const boxes = all("input[name=given]:not(:disabled)", form).filter((box) => box.type !== "text");
  const at = /^[1-9]$/.test(key)
    ? Number(key) - 1
    : key.length === 1
      ? LETTERS.indexOf(key.toUpperCase())
      : -1;
  const box = at >= 0 ? boxes[at] : undefined;
  box?.focus();
  box?.click();
  return Boolean(box);
}

// The form after the answer: nothing can be changed, and each option says what it was, in words too.
export function settle(form, question, answer) {
  for (const field of all("input, textarea, button", form)) field.disabled = true;
  find("[type=submit]", form).remove();
  if (question.kind === "blank" || question.kind === "short") return;
  for (const label of all(".choice", form)) markChoice(label, question.answer, answer);
}

function markChoice(label, key, answer) {
  const value = label.dataset.value;
  const taken = answer.includes(value);
  if (key.includes(value)) {
    label.classList.add("key");
    label.append(make("span", { class: "verdict" }, taken ? "✓ 正确" : "正确答案"));
  } else if (taken) {
    label.classList.add("missed");
    label.append(make("span", { class: "verdict" }, "✗ 选错"));
  }
}
