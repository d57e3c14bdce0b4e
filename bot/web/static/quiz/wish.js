// What a trainer asks for: documents, sections, kinds and numbers, title, seed; and the making of it.
import { KIND_NAMES, PAPERS, Refusal, all, find, make, request, sum } from "./page.js";

const USUAL = { single: 8, multiple: 4, true_false: 4, blank: 3, short: 1 };
const LARGEST_SEED = 2 ** 31 - 1;
const MANY = 50; // questions from which on a bar shows how far the making is

// Laying out

export function layOut(choices) {
  find("#documents ul").replaceChildren(...choices.documents.map(entry));
  find("#kinds .numbers").replaceChildren(
    ...Object.entries(choices.kinds).map(([kind, name]) => box(kind, name, choices.most)),
  );
  find("#generated").hidden = !choices.generated;
  find("#every").onclick = () => tickAll(true);
  find("#none").onclick = () => tickAll(false);
  find("#documents").onchange = follow;
  find("#kinds").oninput = count;
  drawSeed();
  count();
}

function entry(document_, index) {
  const tick = make("input", {
    type: "checkbox",
    checked: true,
    id: `document-${index}`,
    value: document_.id,
    class: "document",
  });
  const number = document_.number && make("small", {}, document_.number);
  const name = make("label", { for: tick.id }, document_.title, number);
  const names = document_.sections;
  return make("li", {}, make("div", { class: "tick" }, tick, name), names.length > 1 && sections(names));
}

function sections(names) {
  const row = names.map((name) =>
    make(
      "li",
      {},
      make(
        "label",
        { class: "tick" },
        make("input", { type: "checkbox", checked: true, value: name, class: "section" }),
        name,
      ),
    ),
  );
  return make("details", {}, make("summary", {}, `全部 ${names.length} 个部分`), make("ul", {}, row));
}

function box(kind, name, most) {
  const input = make("input", {
    type: "number",
    min: "0",
    max: String(most),
    step: "1",
    name: kind,
    value: String(USUAL[kind] ?? 0),
    inputmode: "numeric",
  });
  return make("label", {}, KIND_NAMES[kind] ?? name, input);
}

export function drawSeed() {
  find("#seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000);
}

// Documents and their sections follow each other

function tickAll(on) {
  for (const tick of all("#documents input")) Object.assign(tick, { checked: on, indeterminate: false });
  for (const item of all("#documents > ul > li")) describe(item);
  tellNamesakes();
}

function follow(event) {
  const item = event.target.closest("#documents > ul > li");
  const ticks = all(".section", item);
  const whole = find(".document", item);
  if (event.target === whole) for (const tick of ticks) tick.checked = whole.checked;
  else whole.checked = ticks.some((tick) => tick.checked);
  describe(item);
  tellNamesakes();
}

function describe(item) {
  const ticks = all(".section", item);
  if (!ticks.length) return;
  const on = ticks.filter((tick) => tick.checked).length;
  find(".document", item).indeterminate = on > 0 && on < ticks.length;
  find("summary", item).textContent =
    on === ticks.length ? `全部 ${on} 个部分` : `已选 ${on} / ${ticks.length} 个部分`;
}

// The interface takes sections by their headings: one that two chosen documents share counts in both.
function tellNamesakes() {
  const chosen = all("#documents > ul > li").filter((item) => find(".document", item).checked);
  const left = chosen.flatMap((item) => all(".section:not(:checked)", item)).map((tick) => tick.value);
  const taken = new Set(chosen.flatMap((item) => all(".section:checked", item)).map((tick) => tick.value));
  const both = left.filter((name) => taken.has(name));
  find("#namesakes").hidden = !both.length;
  find("#namesakes").textContent = `几份文件都有“${both[0]}”，会一起出题。只想要一份的，请不选另一份文件。`;
}

// What is asked for

function count() {
  find("#total").textContent = String(sum(Object.values(kinds())));
}

function kinds() {
  return Object.fromEntries(
    all("#kinds input").map((input) => [input.name, Math.trunc(Number(input.value)) || 0]),
  );
}

function scope() {
  const items = all("#documents > ul > li");
  const chosen = items.filter((item) => find(".document", item).checked);
  if (!chosen.length) throw new Refusal("wish", "请至少选一份文件。");
  const part = chosen.some((item) => find(".section:not(:checked)", item));
  return {
    documents: chosen.length === items.length ? [] : chosen.map((item) => find(".document", item).value),
    sections: part
      ? [...new Set(chosen.flatMap((item) => all(".section:checked", item)).map((tick) => tick.value))]
      : [],
  };
}

function seed() {
  const text = find("#seed").value.trim();
  if (!/^\d{1,10}$/.test(text) || Number(text) > LARGEST_SEED) {
    throw new Refusal("wish", `种子应是 0 到 ${LARGEST_SEED} 之间的整数，或按“换一套”换一个。`);
  }
  return Number(text);
}

const wish = () => ({
  kinds: kinds(),
  scope: scope(),
  seed: seed(),
  title: find("#title").value,
  mode: find("#generated input").checked ? "generated" : "quoting",
  stream: true,
});

// Making

// The paper that was asked for; where it cannot be made, what is wrong stands below the button and null comes back.
export async function made() {
  complain("");
  try {
    const asked = wish();
    busy(true, sum(Object.values(asked.kinds)));
    return await readPaper(await request("POST", PAPERS, asked));
  } catch (error) {
    complain(error.message);
    return null;
  } finally {
    busy(false);
  }
}

function complain(message) {
  find("#wish-wrong").textContent = message;
  find("#wish-wrong").hidden = !message;
}

function busy(on, total = 0) {
  for (const pressed of [find("#go"), find("#another")]) pressed.disabled = on;
  find("#making").hidden = !on;
  find("#making p").textContent = "正在出题…";
  const bar = find("#making progress");
  Object.assign(bar, { hidden: total < MANY, max: Math.max(1, total), value: 0 });
}

async function readPaper(answer) {
  for await (const [name, value] of events(answer.body)) {
    if (name === "paper") return value;
    if (name === "error") throw new Refusal(value.code, value.message);
    if (name === "progress") advance(value);
  }
  throw new Refusal("unreachable", "连接中断了。试卷可能已经出好，请看“以前的试卷”；没有的话再出一次。");
}

function advance({ made }) {
  const bar = find("#making progress");
  bar.value = made;
  if (!bar.hidden) find("#making p").textContent = `正在出题：${made} / ${bar.max}`;
}

// Server-sent events as they come: name and value.
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (name && data) yield [name[1], JSON.parse(data[1])];
    }
  }
}
