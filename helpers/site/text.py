"""Text cells as HTML: markdown, formulas kept apart, links between lessons, and program code in colours."""

import json
import re
from collections.abc import Collection
from html import escape, unescape
from typing import NamedTuple

import pygments
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

FORMULA = re.compile(r'<span class="tex">(.*?)</span>', re.DOTALL)
_LESSON = re.compile(r'(href=")((?:\d\d_)?\w+)\.ipynb')
_NAMED = re.compile(r"<code>(\d\d_\w+)</code>")
_SOURCE = re.compile(r"Sources?\b[^.]{0,40}: ")
_LINES = HtmlFormatter(nowrap=True)


class Section(NamedTuple):
    """A heading of a page and the text below it, for the list of contents and for the search."""

    level: int
    title: str
    slug: str
    text: str


def _formula(tex: str, options: dict[str, bool]) -> str:
    """Return the place of a formula, in TeX with its dollars; `formulas.filled` puts the formula there."""
    dollars = "$$" if options["display_mode"] else "$"
    return f'<span class="tex">{escape(f"{dollars}{tex.strip()}{dollars}")}</span>'


MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True, renderer=_formula)
MARKDOWN.add_render_rule("table_open", lambda *_: '<div class="table" tabindex="0"><table>')
MARKDOWN.add_render_rule("table_close", lambda *_: "</table></div>")


def rendered(source: str, taken: Collection[str] = ()) -> tuple[str, list[Section]]:
    """Return the HTML of a text cell and its sections; text above the first heading has an empty title.

    taken: the slugs of headings that the page has already.
    """
    tokens = MARKDOWN.parse(source)
    sections = [Section(0, "", "", "")]
    for before, token in zip([Token("", "", 0), *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        if before.type == "heading_open":
            slug = _slug(token.content, {*taken, *(section.slug for section in sections)})
            before.attrSet("id", slug)
            sections.append(Section(int(before.tag[1]), plain(token.content), slug, ""))
        else:
            sections[-1] = sections[-1]._replace(text=f"{sections[-1].text} {plain(token.content)}".strip())
            if before.type == "paragraph_open" and _SOURCE.match(token.content):
                before.attrSet("class", "source")
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}), sections


def inline(source: str) -> str:
    """Return a sentence in markdown as HTML without a paragraph around it."""
    return MARKDOWN.renderInline(source)


def plain(source: str) -> str:
    """Return markdown without its marks, for search and contents."""
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", source)
    return re.sub(r"\s+", " ", re.sub(r"[`*]|\\mathtt|\\,", "", text)).replace("$", "").strip()


def _slug(title: str, taken: Collection[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", plain(title).lower()).strip("-") or "section"
    number = 2
    first = slug
    while slug in taken:
        slug, number = f"{first}-{number}", number + 1
    return slug


def linked(html: str, pages: dict[str, str]) -> str:
    """Return HTML in which the lessons of the site are links: pages maps their names to their titles.

    A lesson that is not there stays a word.
    """
    html = _LESSON.sub(lambda found: f"{found[1]}{found[2]}.html" if found[2] in pages else found[0], html)
    return _NAMED.sub(
        lambda found: f'<a href="{found[1]}.html">{escape(pages[found[1]])}</a>' if found[1] in pages else found[0],
        html,
    )


def code(source: str) -> str:
    """Return a program in colours."""
    lines = pygments.highlight(source.rstrip("\n"), PythonLexer(), _LINES).rstrip("\n")
    return f'<pre class="code" tabindex="0"><code>{lines}</code></pre>'


def printed(source: str) -> str:
    """Return what a cell has printed."""
    return f'<pre class="printed" tabindex="0">{escape(source.rstrip())}</pre>'


def tex_of(html: str) -> list[str]:
    """Return the formulas of a page, each once."""
    return list(dict.fromkeys(unescape(found) for found in FORMULA.findall(html)))


def data(value: object) -> str:
    """Return a value as a script element that a page reads."""
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json">{text}</script>'
