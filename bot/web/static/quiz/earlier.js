// The list of earlier papers, the newest first, the one that is open marked.
import { PAPERS, all, day, find, json, make } from "./page.js";

export async function listPapers(open, current) {
  const place = find("#papers");
  try {
    const { papers } = await json("GET", PAPERS);
    const rows = papers.map((paper) => entry(paper, open));
    place.replaceChildren(...(rows.length ? rows : [make("li", { class: "note" }, "还没有。")]));
  } catch (error) {
    place.replaceChildren(make("li", { class: "note" }, error.message));
  }
  mark(current()); // only now: a paper may have been opened meanwhile
}

function entry(paper, open) {
  const onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a tab of its own
    event.preventDefault();
    open(paper.id);
  };
  const link = make("a", { href: `?paper=${paper.id}`, "data-paper": paper.id, onclick }, paper.title);
  return make("li", {}, link, make("small", {}, `${day(paper.made)}　${paper.count} 题　`, state(paper)));
}

// Whether a paper is approved, as a small mark.
export function state(paper) {
  return make("span", { class: `state ${paper.state}` }, paper.state === "approved" ? "已审定" : "草稿");
}

export function mark(current) {
  for (const link of all("#papers a")) {
    if (link.dataset.paper === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
