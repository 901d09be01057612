"""Sphinx's settings of the site, for the language that is given as a tag: `-t en` or `-t zh`."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from chinese_search import SearchChinese  # found by build.py, which runs Sphinx

lang = "zh" if tags.has("zh") else "en"  # type: ignore[name-defined]  # noqa: F821  # Sphinx puts `tags` here

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Linear regression in PyTorch",
        "other": "简体中文",
        "other_tag": "zh-CN",
        "print": "Print",
        "run": "This page is a notebook, run from top to bottom:",
        "download": "download",
        "how": "How to open it in JupyterLab",
        "clone": "The notebook needs the course around it. In the course's folder, the repository, this opens "
        "JupyterLab; then open the notebook from the list on the left:",
        "zip": "With the zip that your teacher gave you, in the folder that holds it (on Windows, py for python3):",
        "live": "There you choose your predictions, move the controls and press the checks. Here the result stands "
        "right below each question: cover it, and guess first.",
        "repository": "The course's repository:",
        "no_script": "Without JavaScript, formulas are shown as they are written in TeX.",
        "show_setup": "Show the setup",
        "hide_setup": "Hide the setup",
    },
    "zh": {
        "title": "用PyTorch做线性回归",
        "other": "English",
        "other_tag": "en",
        "print": "打印",
        "run": "本页是一个从头到尾运行过的笔记本：",
        "download": "下载",
        "how": "怎样在JupyterLab里打开它",
        "clone": "这个笔记本要和整个课程一起用。在课程的文件夹（仓库）里运行下面的命令，打开JupyterLab，"
        "再从左边的列表里打开它：",
        "zip": "如果用的是老师发的压缩包，在它所在的文件夹里运行（Windows上把python3换成py）：",
        "live": "在那里可以选择预测、拖动控件、运行检查。在这里，结果就在问题下面：先盖住，自己猜一猜。",
        "repository": "课程的仓库：",
        "no_script": "没有JavaScript时，公式按TeX的写法显示。",
        "show_setup": "显示准备代码",
        "hide_setup": "隐藏准备代码",
    },
}
# Where the site is published from a repository, its pages lead to it.
REPOSITORY = os.environ.get("REPOSITORY_URL", "")

project = WORDS[lang]["title"]
language = {"en": "en", "zh": "zh_CN"}[lang]
extensions = ["myst_nb"]
templates_path = ["templates"]

nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
# Only the setup cells are folded.
nb_code_prompt_show, nb_code_prompt_hide = WORDS[lang]["show_setup"], WORDS[lang]["hide_setup"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

# One file without fonts beside it: fonts are refused by some browsers on a page that comes from the file system.
MATHJAX = Path(importlib.import_module("sphinx-mathjax-offline").__file__).with_name("static") / "mathjax/tex-svg.js"
mathjax_path = MATHJAX.name
# A formula is read with its sentence: dozens of stops of the Tab key would stand between a reader and the next link.
mathjax3_config = {"options": {"menuOptions": {"settings": {"inTabOrder": False}}}}

html_theme = "sphinx_book_theme"
html_title = project
html_copy_source = False
html_use_index = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["static", str(MATHJAX)]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_context = {
    "words": WORDS[lang],
    "lang": lang,
    "other_lang": "en" if lang == "zh" else "zh",
    "default_mode": "auto",
}
html_theme_options = {
    "use_download_button": False,
    "navbar_persistent": [],
    "footer_content_items": [],
    "show_navbar_depth": 1,
    "toc_title": {"en": "On this page", "zh": "本页内容"}[lang],
    "article_header_end": ["language-switch.html", "article-header-buttons.html"],
}
if lang == "zh":
    html_search_language = "zh"


def setup(app: Any) -> None:
    """Give the search its own cut of Chinese sentences."""
    app.add_search_language(SearchChinese)
