"""Snowflake's grammar as far as the parser's own is wider: its words for types, its reserved words, its operators."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.tokens import Token, TokenType

from .errors import syntax, unsupported_type

# The first words of Snowflake's names of types ("Summary of data types").
TYPE_WORDS = frozenset(
    "NUMBER DECIMAL NUMERIC DEC INT INTEGER BIGINT SMALLINT TINYINT BYTEINT FLOAT FLOAT4 FLOAT8 DOUBLE REAL DECFLOAT VARCHAR CHAR CHARACTER NCHAR STRING TEXT NVARCHAR "
    "NVARCHAR2 BINARY VARBINARY BOOLEAN DATE DATETIME TIME TIMESTAMP TIMESTAMP_LTZ TIMESTAMPLTZ TIMESTAMP_NTZ TIMESTAMPNTZ TIMESTAMP_TZ TIMESTAMPTZ VARIANT OBJECT ARRAY "
    "MAP FILE GEOGRAPHY GEOMETRY VECTOR UUID INTERVAL PERIOD".split())

# "Reserved & limited keywords": what no bare name can be, and what it cannot be in one place.
RESERVED = frozenset(
    "ALL ALTER AND ANY AS BETWEEN BY CHECK COLUMN CONNECT CREATE CURRENT DELETE DISTINCT DROP ELSE EXISTS FOLLOWING FOR FROM GRANT GROUP HAVING ILIKE IN INCREMENT INSERT "
    "INTERSECT INTO IS LIKE MINUS NOT NULL OF ON OR ORDER QUALIFY REGEXP REVOKE RLIKE ROW ROWS SAMPLE SELECT SET SOME START TABLE TABLESAMPLE THEN TO TRIGGER UNION UNIQUE "
    "UPDATE VALUES WHENEVER WHERE WINDOW WITH".split())
NO_COLUMN = frozenset("CONSTRAINT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP".split())
NO_REFERENCE = frozenset("CASE CAST FALSE TRUE TRY_CAST WHEN".split())
NO_RELATION = frozenset("CROSS FULL INNER JOIN LATERAL LEFT NATURAL RIGHT USING".split())

# Reserved words that an item of a list may begin with, and FROM behind a select list.
ITEMS = frozenset("ANY CHECK CURRENT EXISTS FROM ILIKE LIKE NOT NULL ROW SELECT TABLE UNIQUE WITH".split())

# Every sign of an expression that Snowflake knows; the parser's tokenizer knows those of other systems too.
SIGNS = frozenset("( ) [ ] { } , . ; : :: ? + - * / % || = != <> < <= > >= => $ @ (+)".split())


class Dialect(Snowflake):
    """Snowflake, except that functions are not translated into anything: the translator decides by their names."""

    class Tokenizer(Snowflake.Tokenizer):
        COMMANDS: set = set()  # EXECUTE … comes as tokens too
        KEYWORDS = {k: v for k, v in Snowflake.Tokenizer.KEYWORDS.items() if k not in ("ISNULL", "NOTNULL", "DIV", "XOR", "GLOB")}

    class Parser(SnowflakeParser):
        FUNCTIONS: dict[str, Any] = {}
        FUNCTION_PARSERS = {k: v for k, v in SnowflakeParser.FUNCTION_PARSERS.items() if k in ("CAST", "TRY_CAST", "EXTRACT", "POSITION")}

        def _parse_types(self, *args: Any, **more: Any) -> Any:
            """A type that remembers the word it was written with; what is no type in the end is tried here as well."""
            first = self._curr
            out = super()._parse_types(*args, **more)
            if isinstance(out, exp.DataType) and first is not None:
                out.meta.setdefault("word", f'"{first.text}"' if first.token_type.name == "IDENTIFIER" else first.text.upper())
            return out

        def _parse_table_parts(self, *args: Any, **more: Any) -> Any:
            """A table, without the asterisk that the parser lets follow its name."""
            out = super()._parse_table_parts(*args, **more)
            if self._curr is not None and self._curr.token_type == TokenType.STAR:
                raise _at(self._curr)
            return out

        def _parse_range(self, this: Any = None) -> Any:
            """A comparison; NOT NULL is one behind IS only."""
            out = super()._parse_range(this)
            last = [t.text.upper() for t in self._tokens[max(0, self._index - 3) : self._index]]
            if last[1:] == ["NOT", "NULL"] and last[0] != "IS" and isinstance(out, exp.Not) and isinstance(out.this, exp.Is):
                raise _at(self._tokens[self._index - 2])
            return out

        def _parse_join(self, *args: Any, **more: Any) -> Any:
            """A join that knows whether it is a comma."""
            comma = self._curr is not None and self._curr.token_type == TokenType.COMMA
            out = super()._parse_join(*args, **more)
            if out is not None and comma:
                out.meta["comma"] = True
            return out

        def _parse_placeholder(self) -> Any:
            """A bind variable that knows where it was read."""
            out = super()._parse_placeholder()
            if isinstance(out, exp.Placeholder):
                out.meta["at"] = self._prev.start
            return out

        def _parse_expression(self) -> Any:
            """An expression that knows from where to where it was read."""
            first = self._curr
            out = super()._parse_expression()
            if out is not None and first is not None and self._prev is not None:
                out.meta["span"] = (first.start, self._prev.end + 1)
            return out


def check_tokens(toks: list[Token]) -> None:
    """Refuse operators and statements of other systems; raises 001003."""
    first = _text(toks[0]) if toks else ""
    if first == "INSERT" and len(toks) > 1 and _text(toks[1]) not in ("INTO", "OVERWRITE", "ALL", "FIRST"):
        raise _at(toks[1])
    for i, t in enumerate(toks):
        kind, word = t.token_type.name, t.text.upper()
        if kind == "HEX_STRING" and t.end - t.start + 1 == len(t.text) + 2:  # 0x…
            raise _at(t)
        if kind in ("STRING", "RAW_STRING", "IDENTIFIER", "NUMBER", "HEX_STRING", "PARAMETER"):
            continue
        if not (word[:1].isalnum() or word[:1] == "_"):
            if word not in SIGNS:
                raise _at(t)
            if word == ",":
                _more(toks[i + 1] if i + 1 < len(toks) else None)
        elif first == "INSERT" and word == "SET":
            raise _at(t)
        elif word in ("ISNULL", "NOTNULL") and i and not (_text(toks[i - 1]) in (".", ",", "(", "SELECT", "AS") or _text(toks[i + 1] if i + 1 < len(toks) else t) == "("):
            raise _at(t)
        elif word in ("TRUE", "FALSE", "UNKNOWN") and _before(toks, i, "IS"):
            raise _at(t)
        elif word in ("ANY", "ALL", "SOME") and i >= 2 and (_text(toks[i - 1]) == "ILIKE" and word == "ALL" or _text(toks[i - 1]) in ("LIKE", "ILIKE") and _text(toks[i - 2]) == "NOT"):
            raise _at(t)


def _more(t: Token | None) -> None:
    """Refuse what nothing of a list begins with; a comma behind the last item is allowed of a select list only ("SELECT")."""
    if t is None:
        raise syntax()
    first = _text(t).split(" ")[0]
    if first in (")", "]", ",", ";") or first in RESERVED - ITEMS:
        raise _at(t)


def _before(toks: list[Token], i: int, word: str) -> bool:
    """Whether a word stands before, perhaps with NOT between."""
    if i and _text(toks[i - 1]) == "NOT":
        i -= 1
    return i > 0 and _text(toks[i - 1]) == word


def _text(t: Token) -> str:
    return t.text.upper() if t.token_type.name not in ("STRING", "RAW_STRING", "IDENTIFIER") else ""


def _at(t: Token) -> Exception:
    return syntax(t.line, max(0, t.col - len(t.text)), t.text)


def check_tree(tree: exp.Expression) -> None:
    """Refuse names of types of other systems, and reserved words as bare names; raises 002040, 001003."""
    for node in tree.walk():
        if isinstance(node, exp.DataType):
            word = node.meta.get("word")
            if word is not None and word.split()[0] not in TYPE_WORDS:
                raise unsupported_type(word.strip('"') if word.startswith('"') else word)
        elif node.args.get("join_mark") and not isinstance(node, exp.Column):
            raise syntax(near="(+)")
        elif isinstance(node, exp.ColumnDef) and not isinstance(node.this, exp.Identifier):
            raise syntax(near=node.this.sql(dialect="snowflake"))
        elif isinstance(node, exp.Identifier) and not node.quoted:
            word = node.name.upper()
            if word in RESERVED or word in _limited(node):
                line, col = node.meta.get("line") or 1, node.meta.get("col") or 0
                raise syntax(line, max(0, col - len(word)), node.name)


def _limited(node: exp.Identifier) -> frozenset[str]:
    """The words that a bare name cannot be in its place."""
    parent = node.parent
    if isinstance(parent, (exp.ColumnDef, exp.Schema)):
        return NO_COLUMN
    if isinstance(parent, exp.Column) and node.arg_key == "this" and not parent.args.get("table"):
        return NO_REFERENCE | NO_COLUMN
    if isinstance(parent, exp.TableAlias) and node.arg_key == "this" and not isinstance(parent.parent, exp.CTE):
        return NO_RELATION
    if isinstance(parent, exp.Table) and node.arg_key == "this" and not parent.args.get("db") and isinstance(parent.parent, (exp.From, exp.Join, exp.Subquery)):
        return NO_RELATION
    return frozenset()
