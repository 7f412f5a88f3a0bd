/* On a phone a wide table is read row by row: each cell says which column it belongs to.
   Without this script the table stays a table and scrolls sideways. */
(function () {
  "use strict";

  const WIDE = 4; // columns from which a table does not fit a phone
  const LONG = 16; // characters from which a value needs a line of its own

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
      Array.from(row.cells).forEach((cell, place) => {
        cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
        if (names[place]) {
          cell.dataset.name = names[place].replace(/（.*）$/, "");
        }
        cell.classList.toggle("is-bar", !!cell.querySelector(".yc-progress"));
        cell.classList.toggle("is-long", cell.textContent.trim().length > LONG || !!cell.querySelector("form"));
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
