"""The names that code binds and takes from elsewhere, as Python itself finds them; nothing is run."""

import symtable

UNREADABLE = (
    SyntaxError,
    ValueError,
    RecursionError,
    MemoryError,
)  # what Python raises for what is no code, or too deep


def names_read(source: str) -> set[str]:
    """Return the names that code may take from other code. Raises one of UNREADABLE."""
    table = symtable.symtable(source, "cell", "exec")
    top = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    return top | {symbol.get_name() for symbol in _inside(table) if symbol.is_global()}


def names_bound(source: str) -> set[str]:
    """Return the names that code binds for other code. Raises one of UNREADABLE."""
    table = symtable.symtable(source, "cell", "exec")
    top = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return top | {symbol.get_name() for symbol in _inside(table) if symbol.is_declared_global()}


def _inside(table: symtable.SymbolTable) -> list[symtable.Symbol]:
    """Return the symbols of functions, classes and comprehensions at any depth."""
    found = [symbol for child in table.get_children() for symbol in child.get_symbols()]
    return found + [symbol for child in table.get_children() for symbol in _inside(child)]
