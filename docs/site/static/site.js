"use strict";

// From the file system a browser fetches nothing: results are listed without their excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Below the bar at the top of the window, and what a link to a place leaves free there.
const READING_LINE = 140;

/** Return the name of the last cell that begins before a place, or "" at the top of the page. */
function cellBefore(isBefore) {
  const before = [...document.querySelectorAll('main [id^="cell-"]')].filter(isBefore);
  return before.length > 1 ? before.at(-1).id : "";
}

function cellInView() {
  return cellBefore((mark) => mark.getBoundingClientRect().top < READING_LINE);
}

/** Return the cell in which the keyboard was last: on the way to the switch the page is scrolled to its top. */
function cellOfFocus() {
  return cellBefore((mark) => lastFocus && mark.compareDocumentPosition(lastFocus) & Node.DOCUMENT_POSITION_FOLLOWING);
}

let lastFocus = null;

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("article")?.addEventListener("focusin", (event) => (lastFocus = event.target));
  for (const link of document.querySelectorAll(".language-switch")) {
    link.addEventListener("click", (event) => {
      const byKeyboard = event.detail === 0;
      link.hash = byKeyboard ? cellOfFocus() : cellInView();
      link.search = location.pathname.endsWith("search.html") ? location.search : "";
    });
  }
  for (const place of document.querySelectorAll(".print-page")) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => print());
  }
  // The menu of themes is opened by a button, and then the keyboard is in it.
  document.addEventListener("shown.bs.dropdown", (event) => {
    event.target.parentElement.querySelector(".dropdown-menu button")?.focus();
  });
  document.addEventListener("hidden.bs.dropdown", (event) => event.target.focus());
});

// On paper nobody can open an answer, and the page is white.
let opened = [];
let theme = "";
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const details of opened) details.open = true;
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  document.documentElement.dataset.theme = theme;
});
