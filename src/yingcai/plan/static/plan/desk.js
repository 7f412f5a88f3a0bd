// Help for the reading desk, which works without it: keys, a selection as a new item, fields by kind.
(() => {
  "use strict";

  const items = () => [...document.querySelectorAll(".yc-desk-items > .yc-item")];
  const typing = (target) => target.closest("input, textarea, select, button, a, summary");

  const markOf = (item) => {
    const anchor = document.getElementById("t-" + item.dataset.clause);
    return anchor && anchor.nextElementSibling;
  };

  // By id: a decided item is replaced by a new element, and keys may come before it has settled.
  let at = "";

  const go = (item) => {
    at = item.id;
    document.querySelectorAll(".is-current").forEach((one) => one.classList.remove("is-current"));
    item.classList.add("is-current");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const mark = markOf(item);
    if (mark) {
      mark.classList.add("is-current");
      mark.scrollIntoView({ block: "nearest" });
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const current = document.getElementById(at);
    const here = event.target === current || event.target === document.body;
    if (event.key === "Enter" && current && here) {
      const form = current.querySelector('form[action$="/confirm/"]');
      if (form) form.requestSubmit();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step || typing(event.target)) return;
    const all = items();
    if (!all.length) return;
    const place = all.indexOf(current) + step;
    go(all[Math.min(Math.max(place, 0), all.length - 1)]);
    event.preventDefault();
  });

  // After htmx has put a decided item in its place, stay there (settling resets its classes, so
  // only now); the highlight in the text follows.
  document.addEventListener("htmx:afterSettle", (event) => {
    const id = event.detail.target && event.detail.target.id;
    const item = id && document.getElementById(id);
    if (!item || !item.classList.contains("yc-item")) return;
    const mark = markOf(item);
    if (mark) mark.classList.toggle("is-proposed", item.classList.contains("is-proposed"));
    if (!at || at === item.id) go(item);
  });

  // Offsets into the plan's text: each run says where it begins. Chinese beyond the first plane
  // counts as one character there and as two here.
  const offset = (node, at) => {
    const run = (node.nodeType === 3 ? node.parentElement : node).closest("[data-at]");
    if (!run || node.nodeType !== 3) return null;
    const before = document.createRange();
    before.setStart(run, 0);
    before.setEnd(node, at);
    return Number(run.dataset.at) + [...before.toString()].length;
  };

  const add = document.getElementById("desk-add");
  if (add) {
    const plain = add.getAttribute("href");
    document.addEventListener("selectionchange", () => {
      const chosen = document.getSelection();
      const inside = chosen.rangeCount && !chosen.isCollapsed &&
        chosen.anchorNode.parentElement.closest("[data-desk-text]");
      const range = inside ? chosen.getRangeAt(0) : null;
      const start = range && offset(range.startContainer, range.startOffset);
      const end = range && offset(range.endContainer, range.endOffset);
      const whole = start !== null && end !== null && end > start;
      add.setAttribute("href", whole ? `${plain}?start=${start}&end=${end}` : plain);
      add.querySelector("span").textContent = whole ? add.dataset.selected : add.dataset.plain;
    });
  }

  // Only the fields that the chosen kind has.
  const kind = document.getElementById("id_kind");
  if (kind) {
    const show = () => document.querySelectorAll("[data-kinds]").forEach((part) => {
      part.hidden = !part.dataset.kinds.split(" ").includes(kind.value);
    });
    kind.addEventListener("change", show);
    show();
  }
})();
