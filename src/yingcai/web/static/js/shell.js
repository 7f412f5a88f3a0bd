// Small help for pages that already work without it: print buttons, and a word when a request is lost.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-yc-print]")) window.print();
  });

  const say = (template, detail) => {
    const area = document.getElementById("yc-messages");
    const source = document.getElementById(template);
    if (!area || !source) return;
    const line = document.createElement("p");
    line.className = "yc-message is-error";
    line.textContent = source.content.textContent.trim() + (detail ? " " + detail : "");
    area.replaceChildren(line);
    area.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:sendError", () => say("yc-lost", ""));
  document.addEventListener("htmx:timeout", () => say("yc-lost", ""));
  document.addEventListener("htmx:responseError", (event) => {
    say("yc-refused", event.detail.xhr.getResponseHeader("X-Request-Id") || "");
  });
})();
