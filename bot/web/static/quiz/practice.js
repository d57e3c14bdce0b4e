// The page on which a paper is practised: one question at a time, then what came of it.
import { answerForm, given, missing, settle, takeByKey, writtenText } from "./answering.js";
import { KIND_NAMES, OPEN, button, find, json, make, speak } from "./page.js";
import { Progress, isStorable, reader } from "./progress.js";
import { end, feedback } from "./result.js";

// All that changes on the page.
const desk = { number: decodeURIComponent(location.pathname.split("/").pop()), paper: null, progress: null };

const address = (rest) => `${OPEN}/${encodeURIComponent(desk.number)}${rest}`;
const question = () => desk.paper.questions.find(({ id }) => id === desk.progress.current);
const put = (...parts) => find("#practice").replaceChildren(...parts.filter(Boolean));

async function start() {
  put(make("p", { class: "note" }, "正在打开…"));
  try {
    desk.paper = await json("GET", address("/practice"));
  } catch (error) {
    return closed(error);
  }
  desk.progress = new Progress(desk.paper);
  document.title = `${desk.paper.title} - 练习 - 要点`;
  find("#name").textContent = desk.paper.title;
  show();
}

function closed(error) {
  const advice = error.code === "bad_quiz" ? "请向发链接的人核实：链接是否完整，试卷是否已经审定。" : "";
  put(
    make("p", { class: "wrong", role: "alert" }, error.message),
    advice && make("p", { class: "note" }, advice),
    button("重试", start, { class: "main wide" }),
  );
}

function show() {
  const { round } = desk.progress;
  place(round);
  scrollTo(0, 0);
  if (round.at >= round.ids.length) return finish();
  ask();
}

function place({ at, ids }) {
  const over = at >= ids.length;
  find("#place").textContent = over ? "已做完" : `第 ${at + 1} / ${ids.length} 题`;
  Object.assign(find(".strip progress"), { hidden: false, max: ids.length, value: at });
}

// Asking

function ask() {
  const asked = question();
  const { progress } = desk;
  const form = answerForm(asked, restored(asked));
  const title = make("h2", { id: "stem", tabindex: "-1" }, asked.stem);
  put(
    make("p", { class: "kind" }, worth(asked.kind)),
    title,
    !isStorable() && make("p", { class: "note" }, "这个浏览器不让保存进度，关掉页面后要从头做。"),
    form,
  );
  form.onsubmit = submit;
  form.oninput = () => keep(form, asked);
  if (progress.round.done[asked.id]) settled(form, asked);
  else title.focus({ preventScroll: true });
}

function worth(kind) {
  return `${KIND_NAMES[kind]}　${desk.paper.points[kind] ?? 0} 分${desk.progress.isWhole ? "" : "　重做错题"}`;
}

// What was given before the page was closed: answered and marked, or not sent yet.
function restored({ id, kind }) {
  const { round, keys, draft } = desk.progress;
  const done = round.done[id];
  if (done) return { given: done.given, points: kind === "short" ? keys[id].answer : undefined };
  return draft?.id === id ? draft : null;
}

function keep(form, asked) {
  const points = desk.progress.draft?.id === asked.id ? desk.progress.draft.points : undefined;
  desk.progress.keepDraft({ given: given(form, asked), text: writtenText(form), points });
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const asked = question();
  if (find("[type=submit]", form)?.disabled !== false) return; // on its way already
  keep(form, asked);
  const wrong = missing(asked, given(form, asked)) || unticked(form, asked);
  if (wrong) return complain(form, wrong);
  await sent(form, () =>
    asked.kind === "short" && !desk.progress.draft.points ? compare(asked) : hand(form, asked),
  );
}

// No point ticked is an answer, but may also be a key that was pressed twice: ask once more.
function unticked(form, asked) {
  const none = asked.kind === "short" && desk.progress.draft.points && !given(form, asked).length;
  if (!none || form.dataset.sure) return "";
  form.dataset.sure = "true";
  return "一个要点也没有勾。如果确实没有答到，请再按一次“提交”。";
}

// What is sent stays in the form until the server has it.
async function sent(form, send) {
  const pressed = find("[type=submit]", form);
  pressed.disabled = true;
  complain(form, "");
  try {
    await send();
  } catch (error) {
    const refused = error.code === "bad_quiz" || error.code === "bad_request";
    complain(form, error.message + (refused ? "" : "您的答案已保留。"));
    if (!refused) pressed.textContent = "重试";
  }
  pressed.disabled = false;
}

function complain(form, message) {
  const wrong = find(".wrong", form);
  Object.assign(wrong, { textContent: message, hidden: !message });
}

async function compare(asked) {
  const { points } = await json("GET", address(`/questions/${asked.id}/points`));
  desk.progress.keepDraft({ ...desk.progress.draft, points });
  ask();
  find("form legend").scrollIntoView({ block: "nearest" });
  find("[name=given]").focus({ preventScroll: true });
}

async function hand(form, asked) {
  const answer = given(form, asked);
  const marked = await json("POST", address("/answers"), { question: asked.id, answer, reader: reader() });
  desk.progress.keep(answer, marked);
  settled(form, asked);
}

function settled(form, asked) {
  const { progress, paper } = desk;
  const done = progress.round.done[asked.id];
  const last = progress.round.at + 1 === progress.round.ids.length;
  find(".strip progress").value = progress.round.at + 1;
  settle(form, progress.keys[asked.id], done.given);
  const verdict = feedback(progress.keys[asked.id], done, paper.points[asked.kind] ?? 0);
  verdict.append(
    make(
      "button",
      { type: "button", class: "main wide", id: "next", onclick: next },
      last ? "看成绩" : "下一题",
    ),
  );
  find("#practice").append(verdict);
  verdict.focus({ preventScroll: true });
  verdict.scrollIntoView({ block: "nearest" });
}

function next() {
  desk.progress.next();
  show();
}

// The end

function finish() {
  const { progress, paper } = desk;
  const again = { mistakes: () => begin(progress.wrong), all: () => begin(progress.ids) };
  put(...end(paper, progress, again));
  find("#practice h2").focus({ preventScroll: true });
  speak(find(".score").textContent);
}

function begin(ids) {
  desk.progress.begin(ids);
  show();
}

// Keys: a digit or letter takes an option, Enter sends the answer or goes on.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input[type=text], textarea, button, a, summary")) return;
  const form = find("#practice form");
  if (event.key === "Enter") {
    event.preventDefault();
    if (find("#next")) next();
    else find("[type=submit]", form ?? document)?.click();
  } else if (form && takeByKey(form, event.key)) event.preventDefault();
});

start();
