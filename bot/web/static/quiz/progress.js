// The progress with a paper, stored on the device, so that closing the page loses nothing.

const READER = "yaodian.reader";
let storable = true; // whether the device stores things; private windows may not

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    storable = false;
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    storable = false;
  }
}

export const isStorable = () => storable;

// A random name for this device, which identifies nobody.
export function reader() {
  const known = read(READER);
  if (known?.length >= 8) return known;
  const drawn = crypto.randomUUID?.() ?? drawnByHand(); // randomUUID is there over https only
  write(READER, drawn);
  return drawn;
}

function drawnByHand() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

// The stored progress with these questions; empty where something else is stored.
function stored(name, ids) {
  try {
    const found = JSON.parse(read(name) ?? "{}");
    return found.round?.ids.every((id) => ids.includes(id)) ? found : {};
  } catch {
    return {};
  }
}

// One paper's progress: a round is a row of questions that are gone through, all of them or the mistakes.
// `answered` holds what was answered ever, `keys` the questions with their keys as they came back.
export class Progress {
  constructor(paper) {
    this.name = `yaodian.practice.${paper.id}`;
    this.ids = paper.questions.map(({ id }) => id);
    Object.assign(
      this,
      { round: null, answered: [], wrong: [], keys: {}, draft: null },
      stored(this.name, this.ids),
    );
    if (!this.round) this.begin(this.ids);
  }

  save() {
    const { round, answered, wrong, keys, draft } = this;
    write(this.name, JSON.stringify({ round, answered, wrong, keys, draft }));
  }

  begin(ids) {
    this.round = { ids: [...ids], at: 0, done: {} };
    this.draft = null;
    this.save();
  }

  get current() {
    return this.round.ids[this.round.at];
  }

  get isWhole() {
    return this.round.ids.length === this.ids.length;
  }

  keepDraft(draft) {
    this.draft = { id: this.current, ...draft };
    this.save();
  }

  // An answer that was marked; `again` tells that the question had been answered before.
  keep(given, { score, right, question }) {
    const id = this.current;
    this.round.done[id] = { given, score, right, again: this.answered.includes(id) };
    this.keys[id] = question;
    this.answered = [...new Set([...this.answered, id])];
    this.wrong = right ? this.wrong.filter((one) => one !== id) : [...new Set([...this.wrong, id])];
    this.draft = null;
    this.save();
  }

  next() {
    this.round.at += 1;
    this.save();
  }
}
