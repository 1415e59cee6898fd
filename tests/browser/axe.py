"""What axe-core, and we, ask of a page that everybody can read: rendered text, outputs, stages and questions.

What axe finds there and JupyterLab makes is listed once, in LISTED; the shells around the content are not ours and not
looked at.
"""

import re
from itertools import pairwise

from axe_playwright_python.base import AXE_SCRIPT

CONTENT = [".jp-RenderedHTMLCommon", ".jp-OutputArea-output", ".stage", ".course-question"]

# Faults of the application inside our content: axe's rule, the elements, and the version in which they were seen.
LISTED = [("link-in-text-block", ".jp-InternalAnchorLink", "JupyterLab 4.6.6")]

# matched: per fault, which of the listed rules and elements it is.
AXE = """async ([content, listed]) => {
    const include = content.filter((selector) => document.querySelector(selector));
    const { violations, passes } = await axe.run({ include });
    const faults = violations.flatMap(({ id, nodes }) => nodes.map((node) => ({
        rule: id,
        html: node.html.slice(0, 200),
        why: node.failureSummary,
        matched: listed.findIndex(
            ([rule, elements]) => rule === id && document.querySelector(node.target[0]).matches(elements)
        ),
    })));
    const read = passes.filter(({ id }) => id === "color-contrast").flatMap(({ nodes }) => nodes).length;
    return { faults, read };
}"""


def examine(page):
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(AXE, [CONTENT, LISTED])


def ours(report):
    return [fault for fault in report["faults"] if fault["matched"] < 0]


def check_headings(page):
    levels = page.locator(".jp-RenderedHTMLCommon :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
        "(headings) => headings.map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


def says_what_there_is_to_see(alt):
    words = alt.split()
    return len(words) >= 5 and not re.search(r"\.(png|jpe?g|svg)\b|<Figure|^(image|figure|plot|picture) of", alt, re.I)
