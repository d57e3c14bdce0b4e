// What the page does by itself: views, citation cards, opening documents, copying. Questions go to Python.
(() => {
  if (window.yaodian) return;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const narrow = () => window.matchMedia("(max-width: 900px)").matches;
  const calm = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const root = document.documentElement;
  const triggers = {};
  let choice = null; // a question that was clicked, on its way to Python
  let wanted = ""; // the document that Python is asked to open
  let goal = null; // the part to go to once the document is there
  let opener = null; // what had the focus before the cards opened on a phone

  // Views

  function show(view) {
    root.dataset.view = view;
    for (const tab of all("nav [data-view]")) {
      if (tab.dataset.view === view) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    closeSources();
  }

  function route() {
    const query = new URLSearchParams(location.search);
    const id = query.get("document");
    if (id) return open(id, decodeURIComponent(location.hash.slice(1)), history.state?.quote || "");
    if (root.classList.contains("reading-open")) find("#view-documents").scrollTop = 0;
    root.classList.remove("reading-open");
    show(query.has("documents") ? "documents" : "chat");
  }

  function go(address, state = {}) {
    history.pushState(state, "", address);
    route();
  }

  // Documents

  function open(id, part, quote) {
    goal = { part, quote };
    wanted = id;
    show("documents");
    root.classList.add("reading-open");
    if (find(`[data-open="${CSS.escape(id)}"]`)) arrive();
    else if (triggers.open) triggers.open("click");
  }

  function arrive(tries = 40) {
    const page = find(`[data-open="${CSS.escape(wanted)}"]`);
    if (!page && tries > 0 && !find("#reading .nothing")) return setTimeout(() => arrive(tries - 1), 50);
    if (!page || !goal) return;
    const outline = find(".outline", page);
    if (outline && outline.dataset.for !== wanted) {
      outline.dataset.for = wanted;
      outline.open = !narrow();
    }
    const part = goal.part && document.getElementById(`part-${goal.part}`);
    unmark(page);
    if (part) {
      part.classList.add("target");
      const mark = highlight(find(".words", part), goal.quote);
      const place = mark && mark.offsetHeight < innerHeight * 0.6 ? mark : part;
      place.scrollIntoView({ block: mark ? "center" : "start" });
      part.focus({ preventScroll: true });
    } else find("#view-documents").scrollTop = 0;
    goal = null;
  }

  function unmark(page) {
    for (const part of all(".part.target", page)) part.classList.remove("target");
    for (const mark of all(".words mark", page)) {
      const words = mark.parentNode;
      words.textContent = words.textContent;
    }
  }

  function highlight(words, quote) {
    const at = quote && words ? words.textContent.indexOf(quote) : -1;
    if (at < 0) return null;
    const range = document.createRange();
    range.setStart(words.firstChild, at);
    range.setEnd(words.firstChild, at + quote.length);
    const mark = document.createElement("mark");
    range.surroundContents(mark);
    return mark;
  }

  // Citation cards

  function showCard(id) {
    const card = document.getElementById(id);
    if (!card) return;
    for (const cards of all(".cards")) cards.classList.toggle("shown", cards.contains(card));
    for (const other of all(".card.current, a.cite.current")) other.classList.remove("current");
    card.classList.add("current");
    for (const cite of all(`a.cite[href="#${CSS.escape(id)}"]`)) cite.classList.add("current");
    if (narrow()) {
      opener = document.activeElement;
      root.classList.add("sources-open");
    }
    card.scrollIntoView({ block: "start", behavior: narrow() ? "auto" : calm() });
    card.focus({ preventScroll: true });
  }

  function closeSources() {
    if (!root.classList.contains("sources-open")) return;
    root.classList.remove("sources-open");
    opener?.focus?.();
    opener = null;
  }

  // Copying

  async function copy(button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      done = copyOld(button.dataset.copy);
    }
    say(button, done ? "已复制" : "复制失败，请手动选取");
  }

  function copyOld(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function say(button, words) {
    button.dataset.name ??= button.textContent;
    button.textContent = words;
    button.classList.add("done");
    speak(words);
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      button.textContent = button.dataset.name;
      button.classList.remove("done");
      speak("");
    }, 2000);
  }

  function speak(words) {
    const spoken = find("#spoken"); // read out by screen readers
    if (spoken) spoken.textContent = words;
  }

  // Asking

  const box = () => find("#box textarea");

  function take() {
    const taken = choice;
    choice = null;
    if (narrow()) find("#scope > button.open")?.click();
    return taken;
  }

  function ready() {
    root.classList.remove("hint-read");
    if (!narrow()) box()?.focus();
    speak(find("#log .turn:last-child .status")?.textContent ?? "");
  }

  function follow() {
    const scroller = find("#conversation");
    const last = all(".turn", scroller).at(-1);
    if (!last) return;
    const top = last.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    scroller.scrollTop = top - 12;
  }

  function start() {
    root.lang = "zh-CN";
    const spoken = document.createElement("p");
    spoken.id = "spoken";
    spoken.className = "unseen";
    spoken.setAttribute("role", "status");
    document.body.append(spoken);
    const conversation = find("#conversation");
    new MutationObserver(follow).observe(conversation, { childList: true, subtree: true, characterData: true });
    for (const [place, name] of [["#sources", "出处"], ["#conversation", "对话"]]) {
      find(place).setAttribute("role", "region");
      find(place).setAttribute("aria-label", name);
    }
    route();
    ready();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a.cite, a.show, a[data-document], a[data-view], [data-copy], [data-question], .close");
    if (!target) return;
    if (target.tagName === "A" && (event.ctrlKey || event.metaKey || event.shiftKey || event.button)) return;
    if (target.tagName === "A") event.preventDefault();
    if (target.matches("a.cite, a.show")) showCard(target.getAttribute("href").slice(1));
    else if (target.matches("[data-document]")) go(target.getAttribute("href").replace(/^\//, ""), { quote: target.dataset.quote });
    else if (target.matches("[data-view]")) go(target.getAttribute("href"));
    else if (target.matches("[data-copy]")) copy(target);
    else if (target.matches(".close")) closeSources();
    else if (target.matches("[data-question]")) {
      choice = target.dataset.question;
      triggers.ask?.("click");
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target === box()) root.classList.add("hint-read");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSources();
  });
  window.addEventListener("popstate", route);

  window.yaodian = { triggers, take, wanted: () => wanted, arrive, ready, start };
})();
