/* On a phone a wide table is read row by row: each cell says which column it belongs to.
   Without this script the table stays a table and scrolls sideways. */
(function () {
  "use strict";

  const WIDE = 4; // columns from which a table does not fit a phone
  const HALF = 18; // widths of a Latin letter that fit half a phone, name and value together
  const WHOLE = 38; // and the whole of it; what is longer stands below its name

  /* How wide a text is, in Latin letters: a Chinese character takes two. */
  function width(text) {
    return Array.from(text.trim().replace(/\s+/g, " ")).reduce((sum, one) => sum + (one.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
  }

  /* Half a row, a whole one, or a line below its name; what a template marks as long stays so. */
  function place(cell) {
    const badges = cell.querySelectorAll(".yc-status, .btn").length;
    const room = width(cell.dataset.name || "") + width(cell.textContent) + 3 * badges;
    const long = room > WHOLE || !!cell.querySelector("form");
    cell.classList.toggle("is-whole", room > HALF);
    if (long) {
      cell.classList.add("is-long");
    }
  }

  function name(table) {
    const head = table.tHead && table.tHead.rows.length === 1 ? table.tHead.rows[0] : null;
    const wrapped = table.parentElement && table.parentElement.classList.contains("yc-table-wrap");
    if (!head || !wrapped || head.cells.length < WIDE || table.dataset.named) {
      return;
    }
    const names = Array.from(head.cells, (cell) => (cell.colSpan > 1 ? "" : cell.textContent.trim()));
    const rows = Array.from(table.tBodies).flatMap((body) => Array.from(body.rows));
    if (rows.some((row) => row.cells.length !== names.length)) {
      return; // spanned cells: leave the table as it is
    }
    if (rows.length === 0) {
      return;
    }
    const titled = titleColumn(rows, names.length);
    table.dataset.named = "true";
    table.setAttribute("role", "table");
    for (const row of rows) {
      row.setAttribute("role", "row");
      Array.from(row.cells).forEach((cell, column) => {
        cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
        if (names[column]) {
          cell.dataset.name = names[column].replace(/（.*）$/, "");
        }
        cell.classList.toggle("is-bar", !!cell.querySelector(".yc-progress"));
        place(cell);
      });
      row.cells[titled].classList.add("is-title");
    }
  }

  /* The column that says what a row is about: the first of links with words, not codes. */
  function titleColumn(rows, columns) {
    for (let place = 0; place < columns; place += 1) {
      const cells = rows.map((row) => row.cells[place]);
      const letters = cells.reduce((sum, cell) => sum + cell.textContent.trim().length, 0);
      if (cells.every((cell) => cell.querySelector("a")) && letters > 4 * cells.length) {
        return place;
      }
    }
    return 0;
  }

  function all(root) {
    root.querySelectorAll("table.yc-table").forEach(name);
  }

  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSettle", (event) => all(event.target.parentElement || document));
})();
