// The slider over months: moves the month of the form. Without this script the select does the same.
(function () {
  "use strict";
  function wake() {
    var box = document.querySelector(".yc-months");
    var select = document.getElementById("m-month");
    if (!box || !select) return;
    box.hidden = false;
    var months = box.dataset.months.split(" ");
    var range = box.querySelector("input");
    range.addEventListener("change", function () {
      select.value = months[Number(range.value)];
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    range.addEventListener("input", function () {
      var option = select.querySelector('option[value="' + months[Number(range.value)] + '"]');
      box.querySelector("output").textContent = option ? option.textContent : "";
      range.setAttribute("aria-valuetext", option ? option.textContent : "");
    });
  }
  document.addEventListener("DOMContentLoaded", wake);
  document.addEventListener("htmx:afterSettle", wake);
})();
