"""Claims about how the modules of a page become the one text that a widget has."""

import pytest

from helpers.page import bundle


@pytest.fixture
def folder(tmp_path):
    base, two = 'import { one } from "./base/one.js";\n', 'import {\n  two,\n} from "./two.js";\n'
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "one.js").write_text("export const one = 1;\n")
    (tmp_path / "two.js").write_text(f"{base}export const two = one + one;\n")
    (tmp_path / "page.js").write_text(f"{base}{two}export default {{ render: () => one + two }};\n")
    return tmp_path


def test_what_a_module_imports_stands_before_it_and_once(folder):
    assert bundle(folder / "page.js") == (
        "export const one = 1;\nexport const two = one + one;\nexport default { render: () => one + two };\n"
    )


def test_a_module_that_imports_nothing_stays_as_it_is(folder):
    assert bundle(folder / "base" / "one.js") == "export const one = 1;\n"


def test_a_type_that_only_a_comment_imports_is_not_looked_for(folder):
    (folder / "typed.js").write_text('/** @import { Type } from "./types.js" */\nexport default {};\n')
    assert bundle(folder / "typed.js") == (folder / "typed.js").read_text()


def test_an_import_of_what_is_not_there_is_noticed_when_the_widget_is_defined(folder):
    (folder / "two.js").unlink()
    with pytest.raises(FileNotFoundError):
        bundle(folder / "page.js")
