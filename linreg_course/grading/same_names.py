"""Code as it is compared: without comments, layout and annotations, and with the same names for local variables."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path

from linreg_course.handin.matching import parsed

# What is not compared.
_LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip


def plain_code(code: str) -> list[str]:
    """Return the statements of code as they are compared, or the code as it is where it is no Python."""
    tree = parsed(code)
    if tree is None:
        return [code]
    try:
        return [ast.unparse(_Plain().visit(statement)) for statement in tree.body if not _is_text(statement)]
    except (RecursionError, ValueError):
        return [code]


def tokens_of(code: str) -> tuple[str, ...]:
    """Return the tokens of code but for comments and layout; its words where it is no Python."""
    try:
        return tuple(
            token.string for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type not in _LAYOUT
        )
    except (tokenize.TokenError, SyntaxError):
        return tuple(code.split())


def given_code(course: Path) -> frozenset[str]:
    """Return the statements that the course itself gives: those of its releases, and of the lessons beside it."""
    paths = [*course.glob("release/**/*.ipynb"), *course.parent.glob("notebooks/en/*.ipynb")]
    return frozenset(code for path in paths for source in _sources(path) for code in plain_code(source))


def _sources(path: Path) -> Iterator[str]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return


class _Plain(ast.NodeTransformer):
    """Renames what a function binds, in the order of first appearance; another function begins anew."""

    def __init__(self) -> None:
        self._names: dict[str, str] | None = None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = (self._names or {}).get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = (self._names or {}).get(node.arg, node.arg), None
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        node.names = [(self._names or {}).get(name, name) for name in node.names]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = (self._names or {}).get(node.name or "", node.name)
        return self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        is_outermost = self._names is None
        if is_outermost:
            self._names = {name: f"v{number}" for number, name in enumerate(dict.fromkeys(_bound_in(node)))}
        else:
            node.name = (self._names or {}).get(node.name, node.name)
        node.returns = None
        node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
        self.generic_visit(node)
        if is_outermost:
            self._names = None
        return node


def _bound_in(function: ast.AST) -> Iterator[str]:
    """Yield the names that a function binds, and those that functions within it do."""
    nodes = [node for node in ast.walk(function) if node is not function]
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    yield from (name for node in nodes if (name := _name_bound(node)) and name not in shared)


def _name_bound(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    if isinstance(node, ast.arg):
        return node.arg
    return node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ExceptHandler) else None


def _is_text(statement: ast.stmt) -> bool:
    """Tell whether a statement is a docstring or another text that does nothing."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
