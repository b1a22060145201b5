(function () {
  "use strict";
  var field = document.getElementById("parameter-filter");
  var boxes = Array.prototype.slice.call(document.querySelectorAll("[data-grade-box]"));
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-words]"));
  var groups = Array.prototype.slice.call(document.querySelectorAll("details[data-group]"));
  var count = document.getElementById("parameter-count");
  function filter() {
    var words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    var grades = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    var shown = 0;
    rows.forEach(function (row) {
      var fits = grades.indexOf(row.dataset.grade) >= 0 && words.every(function (word) {
        return row.dataset.words.indexOf(word) >= 0;
      });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    groups.forEach(function (group) {
      var some = group.querySelectorAll("tr[data-words]:not([hidden])").length;
      group.hidden = some === 0;
      if (words.length) { group.open = some > 0; }
    });
    count.textContent = shown + " of " + rows.length;
  }
  if (field) {
    document.getElementById("filter-bar").hidden = false;
    field.addEventListener("input", filter);
    boxes.forEach(function (box) { box.addEventListener("change", filter); });
    filter();
  }
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.prototype.slice.call(document.querySelectorAll("details:not([open]):not(.numbers)"));
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (one) { one.open = false; });
  });
})();
