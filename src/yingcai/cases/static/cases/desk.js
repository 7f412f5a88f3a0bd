// Keys of the officer's desk, which works without them. ? lists them.
(() => {
  "use strict";

  const keys = document.getElementById("desk-keys");
  const rows = () => [...document.querySelectorAll("[data-desk-rows] tbody tr")];
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  let at = -1;

  document.querySelectorAll("[data-desk-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  });

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    all.forEach((row) => row.classList.remove("is-current"));
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all[at].classList.add("is-current");
    all[at].querySelector("a").focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };

  const choose = () => {
    const row = rows()[at];
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
  };

  const open = (move) => {
    const found = document.querySelector(`details[data-move="${move}"]`);
    if (!found) return;
    found.open = true;
    const control = found.querySelector("textarea, select, button");
    control.focus({ preventScroll: true });
    found.scrollIntoView({ block: "center" });
  };

  const next = () => {
    const link = document.querySelector("[data-desk-next]");
    if (link) link.click();
  };

  const inbox = Boolean(document.querySelector("[data-desk-rows]"));
  const doing = inbox
    ? { j: () => go(1), k: () => go(-1), x: choose }
    : { a: () => open("agree"), r: () => open("return"), n: next };

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-move] form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      form.requestSubmit();
      event.preventDefault();
      return;
    }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" && keys) {
      keys.showModal();
      event.preventDefault();
      return;
    }
    const act = doing[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
})();
