// The trainer's page: which paper is open, what is done with it, and the list of earlier ones.
import { editForm, isChanged } from "./editing.js";
import { listPapers, mark, state } from "./earlier.js";
import { exports, practice } from "./handing_out.js";
import { PAPERS, button, copy, day, find, json, make, speak } from "./page.js";
import { failure, nothing, plainText, questions, summary } from "./preview.js";
import { drawSeed, layOut, made } from "./wish.js";

const ELSEWHERE = "试卷刚在别处改过，已换成最新内容。";
const GONE = "这道题已在别处换成另一题，您的修改不能保存。有用的文字请先复制，再按取消。";
const LEAVE = "有修改还没有保存。确定要离开吗？";

// All that changes on the page; forms and messages by the question's place in the paper, which replacing keeps.
const desk = { choices: null, paper: null, keys: true, forms: new Map(), messages: new Map() };

// Opening and leaving

const unsaved = () => [...desk.forms.values()].some(isChanged);
const mayLeave = () => !unsaved() || window.confirm(LEAVE);
const wanted = () => new URLSearchParams(location.search).get("paper");

async function start() {
  try {
    desk.choices = await json("GET", `${PAPERS}/choices`);
  } catch (error) {
    return find("#paper").replaceChildren(failure(error.message, start));
  }
  layOut(desk.choices);
  list();
  route().then(() => wanted() && toPaper());
}

async function route() {
  const number = wanted();
  if (!number) return show(null);
  find("#paper").setAttribute("aria-busy", "true");
  try {
    const paper = await json("GET", `${PAPERS}/${encodeURIComponent(number)}`);
    if (wanted() === number) show(paper); // else another was opened meanwhile
  } catch (error) {
    show(null);
    find("#paper").replaceChildren(failure(error.message, route));
  } finally {
    find("#paper").removeAttribute("aria-busy");
  }
}

function show(paper) {
  desk.forms.clear();
  desk.messages.clear();
  desk.paper = paper;
  document.title = paper ? `${paper.title} - 出题 - 要点` : "出题 - 要点";
  render();
  mark(desk.paper?.id);
}

function go(number) {
  history.pushState({}, "", `?paper=${encodeURIComponent(number)}`);
}

function back() {
  if (wanted() === (desk.paper?.id ?? null)) return;
  if (mayLeave()) route();
  else go(desk.paper.id); // the address returns to the paper that stays open
}

const list = () => listPapers(open, () => desk.paper?.id);

function open(number) {
  if (!mayLeave()) return;
  go(number);
  route().then(toPaper);
}

// Making

async function ask() {
  if (!mayLeave()) return;
  const paper = await made();
  if (!paper) return;
  go(paper.id);
  show(paper);
  list();
  toPaper();
  speak(`出好了，共 ${paper.count} 题。`);
}

function toPaper() {
  const title = find("#paper h2");
  title?.scrollIntoView({ block: matchMedia("(max-width: 900px)").matches ? "start" : "nearest" });
  title?.focus({ preventScroll: true });
}

// The paper on the page

function render() {
  const { paper, choices, keys } = desk;
  find("#paper").classList.toggle("no-keys", !keys);
  if (!paper) return find("#paper").replaceChildren(nothing());
  const approved = paper.state === "approved";
  const parts = [
    make("h2", { tabindex: "-1" }, paper.title),
    make("p", { class: "facts" }, `${day(paper.made)}　`, state(paper)),
    make("p", { class: "on-paper" }, "单位：＿＿＿＿＿＿＿＿　姓名：＿＿＿＿＿＿　得分：＿＿＿＿"),
    summary(paper, choices),
    approved && practice(paper, choices),
    exports(paper, choices),
    bar(approved),
    ...questions(paper, choices.kinds, tools),
  ];
  find("#paper").replaceChildren(...parts.filter(Boolean));
}

function bar(approved) {
  const tick = make("input", {
    type: "checkbox",
    role: "switch",
    checked: desk.keys,
    id: "keys",
    onchange: keysShown,
  });
  return make(
    "div",
    { class: "bar" },
    make("label", { class: "tick" }, tick, "显示答案"),
    button(named(), () => window.print(), { id: "print" }),
    !approved &&
      make("button", { type: "button", class: "main", id: "approve", onclick: confirmApproval }, "审定"),
    make("p", { class: "wrong", id: "bar-wrong", role: "alert", hidden: true }),
  );
}

const named = () => (desk.keys ? "打印（含答案）" : "打印（不含答案）");

function keysShown(event) {
  desk.keys = event.target.checked;
  find("#paper").classList.toggle("no-keys", !desk.keys);
  find("#print").textContent = named();
}

function tools(index, question) {
  const draft = desk.paper.state === "draft";
  const form = desk.forms.get(index);
  const message = desk.messages.get(index);
  return [
    message && make("p", { class: "wrong", role: "alert" }, message),
    form ??
      make(
        "div",
        { class: "tools" },
        draft && button("换一题", (event) => replace(index, event.target)),
        draft && button("修改", () => edit(index)),
        button("复制", (event) => copy(plainText(question), event.target)),
      ),
  ];
}

function focusOn(index) {
  const place = find(`#question-${index}`);
  place?.scrollIntoView({ block: "nearest" });
  place?.focus({ preventScroll: true });
}

// Changing it

// What speaks against a change, or nothing where it was made. Where others changed the paper meanwhile, the
// newest one is shown and what was typed stays.
async function change(method, path, body) {
  const number = desk.paper.id;
  try {
    adopt(await json(method, `${PAPERS}/${number}${path}?changes=${desk.paper.changes}`, body));
    return "";
  } catch (error) {
    return (await newest()) ? ELSEWHERE : error.message;
  }
}

// A reply for a paper that was left meanwhile must not take the place of the one that is open.
function adopt(paper) {
  if (desk.paper?.id === paper.id) desk.paper = paper;
}

async function newest() {
  try {
    const paper = await json("GET", `${PAPERS}/${desk.paper.id}`);
    const changed = paper.changes !== desk.paper.changes || paper.state !== desk.paper.state;
    adopt(paper);
    if (paper.state === "approved") desk.forms.clear();
    return changed;
  } catch {
    return false;
  }
}

const address = (index) => `/questions/${desk.paper.questions[index].id}`;

async function replace(index, pressed) {
  pressed.disabled = true;
  const wrong = await change("POST", `${address(index)}/replace`);
  desk.messages.clear();
  if (wrong) desk.messages.set(index, wrong === ELSEWHERE ? `${wrong}还要换的话请再按一次。` : wrong);
  render();
  focusOn(index);
  if (!wrong) speak("已换一题。");
}

function edit(index) {
  desk.messages.delete(index);
  desk.forms.set(
    index,
    editForm(
      desk.paper.questions[index],
      (changed, form) => save(index, changed, form),
      () => close(index),
    ),
  );
  render();
  find("textarea", desk.forms.get(index)).focus();
}

function close(index) {
  desk.forms.delete(index);
  render();
  focusOn(index);
}

async function save(index, changed, form) {
  if (!Object.keys(changed).length) return close(index);
  if (isGone(index, form)) return GONE;
  const wrong = await change("PATCH", address(index), changed);
  if (!wrong) speak("已保存。");
  if (!wrong) return close(index);
  if (wrong !== ELSEWHERE) return wrong;
  if (!desk.forms.has(index)) desk.messages.set(index, "试卷已在别处审定，不能再改。");
  render();
  focusOn(index);
  return ELSEWHERE + (isGone(index, form) ? GONE : "您输入的还在，核对后请再按保存。");
}

// Whether others have put another question in the place of the one that the form was opened for.
function isGone(index, form) {
  return desk.paper.questions[index].citation.quote !== form.question.citation.quote;
}

// Approving it

function confirmApproval() {
  const dialog = find("#approval");
  const warned = desk.paper.questions.filter(({ warnings }) => warnings.length).length;
  const open = unsaved() ? "有修改还没有保存，审定后就不能保存了。" : "";
  const place = find(".warned", dialog);
  place.textContent = open + (warned ? `还有 ${warned} 道题带着提示，请确认看过。` : "");
  place.hidden = !place.textContent;
  dialog.returnValue = "";
  dialog.showModal();
}

async function approve() {
  if (find("#approval").returnValue !== "approve") return;
  const wrong = await change("POST", "/approve");
  if (!wrong) desk.forms.clear();
  if (!wrong) desk.messages.clear();
  render();
  list();
  if (!wrong) return toPaper();
  const place = find("#bar-wrong");
  Object.assign(place, {
    textContent: wrong === ELSEWHERE ? `没有审定：${wrong}请看过再审定。` : wrong,
    hidden: false,
  });
}

find("#wish").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
find("#another").addEventListener("click", () => {
  drawSeed();
  ask();
});
find("#approval").addEventListener("close", approve);
window.addEventListener("popstate", back);
window.addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
start();
