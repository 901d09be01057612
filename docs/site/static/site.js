"use strict";

// From the file system a browser fetches nothing: results are listed without their excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Below the bar at the top of the window, and what a link to a place leaves free there.
const READING_LINE = 140;

/** Return the name of the cell that is read: the last one that begins above the reading line. */
function placeOfReading() {
  const marks = [...document.querySelectorAll('main [id^="cell-"]')];
  const above = marks.filter((mark) => mark.getBoundingClientRect().top < READING_LINE);
  return above.length > 1 ? above.at(-1).id : "";
}

document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll(".language-switch")) {
    link.addEventListener("click", () => {
      link.hash = placeOfReading();
      link.search = location.pathname.endsWith("search.html") ? location.search : "";
    });
  }
  for (const button of document.querySelectorAll(".print-page")) button.addEventListener("click", () => print());
});

// On paper nobody can open an answer.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
