"""Search in Chinese: pages are cut into words by jieba, with the course's own terms; so is what is searched for."""

from __future__ import annotations

import logging
from pathlib import Path

import jieba
from sphinx.search import zh

from linreg_course.authoring.glossary import read_glossary

GLOSSARY = Path(__file__).resolve().parents[2] / "GLOSSARY.md"

# A browser has no jieba: it takes the longest word of the index that the rest of a query begins with.
SPLIT_IN_BROWSER = r"""
function splitQuery(query) {
  const known = (word) => Object.hasOwn(Search._index.terms, word) || Object.hasOwn(Search._index.titleterms, word);
  const cut = (run) => {
    const words = [];
    for (let start = 0; start < run.length; ) {
      let end = run.length;
      while (end > start + 1 && !known(run.slice(start, end))) end--;
      if (end > start + 1 || run.length === 1) words.push(run.slice(start, end));
      start = end;
    }
    return words;
  };
  return query
    .split(/([\u3400-\u9fff]+)|[^\p{Letter}\p{Number}_]+/gu)
    .filter((part) => part)
    .flatMap((part) => (/^[\u3400-\u9fff]/.test(part) ? cut(part) : [part]));
}
"""


class SearchChinese(zh.SearchChinese):
    """Sphinx's search in Chinese, which knows the terms of GLOSSARY.md and cuts queries too."""

    # By this name the browser looks for the stemmer, which is that of the English words in Chinese pages.
    language_name = "English"
    js_splitter_code = SPLIT_IN_BROWSER

    def __init__(self, options: dict[str, str]) -> None:
        jieba.setLogLevel(logging.WARNING)
        super().__init__(options)
        for term in read_glossary(GLOSSARY):
            jieba.add_word(term.zh)
