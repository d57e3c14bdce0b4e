// What the pages of quizzes share: elements that hold text as text, requests to the server, copying.

export const PAPERS = "/quiz/papers"; // with their keys: an API key is asked for where the server has any
export const OPEN = "/quiz/open"; // what somebody who practises may see
const KEPT = "yaodian.key";
export const LETTERS = "ABCDEFGH";
export const DIFFICULTIES = { easy: "易", medium: "中", hard: "难" };

export const KIND_NAMES = {
  single: "单选题",
  multiple: "多选题",
  true_false: "判断题",
  blank: "填空题",
  short: "简答题",
};

export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

// An element with its attributes and children. A string child becomes a text node and never markup: titles,
// stems and answers come from people and from documents.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(2).filter(Boolean));
  return element;
}

function set(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (typeof value === "boolean" || name === "value") element[name] = value;
  else if (value !== undefined && value !== null) element.setAttribute(name, value);
}

export function button(name, onclick, attributes = {}) {
  return make("button", { type: "button", class: "tool", onclick, ...attributes }, name);
}

// Requests

export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export async function request(method, address, body) {
  let answer = await send(method, address, body);
  while (answer.status === 401 && (await askForKey())) answer = await send(method, address, body);
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function send(method, address, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const key = sessionStorage.getItem(KEPT);
  if (key && address.startsWith(PAPERS)) headers.Authorization = `Bearer ${key}`;
  try {
    return await fetch(address, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Refusal("unreachable", "连不上服务器。请检查网络，确认服务正在运行，然后重试。");
  }
}

// Whether a key was typed; it is kept until the tab is closed, and never put into an address.
let asking = null;
function askForKey() {
  const dialog = find("#key");
  if (!dialog) return false;
  asking ??= new Promise((done) => {
    const typed = find("input", dialog);
    const again = sessionStorage.getItem(KEPT) !== null;
    find(".wrong", dialog).hidden = !again;
    typed.value = "";
    dialog.onclose = () => {
      asking = null;
      const key = dialog.returnValue === "give" && typed.value.trim();
      // A header takes no other characters; a key with such is none.
      if (key && /^[\x21-\x7e]+$/.test(key)) sessionStorage.setItem(KEPT, key);
      done(Boolean(key));
    };
    dialog.returnValue = "";
    dialog.showModal();
    typed.focus();
  });
  return asking;
}

async function refusal(answer) {
  try {
    const { error } = await answer.json();
    return new Refusal(error.code, error.message);
  } catch {
    return new Refusal("internal", `服务器出错了（${answer.status}），请稍后重试。`);
  }
}

export async function json(method, address, body) {
  const answer = await request(method, address, body);
  try {
    return await answer.json();
  } catch {
    throw new Refusal("unreachable", "服务器的回复没有收完，请重试。");
  }
}

// Words

export const source = (citation) =>
  `《${citation.document_title}》${citation.document_number ? `（${citation.document_number}）` : ""}${citation.place}`;

// The link opens beside the page: neither a paper that is looked over nor one that is practised is left.
export function sourceLink(citation) {
  const away = { href: citation.url, target: "_blank", rel: "noopener", class: "source" };
  return make("a", away, source(citation), make("span", { class: "unseen" }, "（在新窗口打开）"));
}

export function keyWords(question) {
  if (question.kind === "short") return question.answer.map((point, i) => `${i + 1}. ${point}`);
  if (!question.options.length) return [question.answer.join("；")];
  return question.answer.map((letter) => `${letter}. ${question.options[LETTERS.indexOf(letter)] ?? ""}`);
}

export function day(seconds) {
  const time = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export const figure = (number) => String(Math.round(number * 100) / 100);

// Copying

export async function copy(text, pressed) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyOld(text); // without https there is no clipboard
  }
  say(pressed, done ? "已复制" : "复制失败，请手动选取");
}

function copyOld(text) {
  const area = make("textarea", { class: "unseen", value: text });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function say(pressed, words) {
  pressed.dataset.name ??= pressed.textContent;
  pressed.textContent = words;
  speak(words);
  clearTimeout(pressed.timer);
  pressed.timer = setTimeout(() => (pressed.textContent = pressed.dataset.name), 2000);
}

// Read out by screen readers.
export function speak(words) {
  find("#spoken").textContent = words;
}
