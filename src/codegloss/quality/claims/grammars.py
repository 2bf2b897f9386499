"""What the facts of a body are called in each grammar: the one table of `body`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nodes:
    """Types of tree-sitter nodes in one grammar."""

    functions: tuple[str, ...]  # whose returns and raises are their own, not those of what is around them
    calls: tuple[str, ...]
    numbers: tuple[str, ...]
    strings: tuple[str, ...]  # their contents, without quotes where the grammar keeps these apart
    comments: tuple[str, ...] = ("comment",)
    returns: tuple[str, ...] = ("return_statement",)  # told from other jumps by their first word
    yields: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ("block",)  # bodies of statements; any other body is an expression
    last_value: str = "never"  # a block's last expression is its value: always, typed (where a type is
    # declared), single (that, and it stands alone), never
    made_by_new: bool = False  # an exception is: what else follows `throw` is one that was made before
    filler: str = ""  # what a body needs that a docstring was all of


_JAVASCRIPT = Nodes(
    functions=(
        "function_declaration", "function_expression", "arrow_function", "generator_function",
        "generator_function_declaration", "method_definition",
    ),
    calls=("call_expression", "new_expression"),
    numbers=("number",),
    strings=("string_fragment",),
    yields=("yield_expression",),
    raises=("throw_statement",),
    blocks=("statement_block",),
)  # fmt: skip

_C = Nodes(
    functions=("function_definition",),
    calls=("call_expression",),
    numbers=("number_literal",),
    strings=("string_content", "character"),
    blocks=("compound_statement",),
)

GRAMMARS: dict[str, Nodes] = {
    "python": Nodes(
        functions=("function_definition", "lambda"),
        calls=("call",),
        numbers=("integer", "float"),
        strings=("string_content",),
        yields=("yield",),
        raises=("raise_statement",),
        filler="pass",
    ),
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "tsx": _JAVASCRIPT,
    "java": Nodes(
        functions=(
            "method_declaration", "constructor_declaration", "compact_constructor_declaration",
            "lambda_expression",
        ),
        calls=("method_invocation", "object_creation_expression", "explicit_constructor_invocation"),
        numbers=(
            "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal",
            "binary_integer_literal", "decimal_floating_point_literal", "hex_floating_point_literal",
        ),
        strings=("string_fragment", "multiline_string_fragment", "character_literal"),
        comments=("line_comment", "block_comment"),
        made_by_new=True,
        raises=("throw_statement",),
        blocks=("block", "constructor_body"),
    ),
    "go": Nodes(
        functions=("function_declaration", "method_declaration", "func_literal"),
        calls=("call_expression",),
        numbers=("int_literal", "float_literal"),
        strings=("interpreted_string_literal_content", "raw_string_literal_content", "rune_literal"),
    ),
    "rust": Nodes(
        functions=("function_item", "closure_expression"),
        calls=("call_expression", "macro_invocation"),
        numbers=("integer_literal", "float_literal"),
        strings=("string_content", "char_literal"),
        comments=("line_comment", "block_comment"),
        returns=("return_expression",),
        last_value="typed",
    ),
    "ruby": Nodes(
        functions=("method", "singleton_method", "lambda"),
        calls=("call", "super", "yield"),
        numbers=("integer", "float"),
        strings=("string_content",),
        returns=("return",),
        yields=("yield",),
        raises=("call", "identifier"),
        blocks=("body_statement", "block_body"),
        last_value="always",
    ),
    "php": Nodes(
        functions=("function_definition", "method_declaration", "anonymous_function", "arrow_function"),
        calls=(
            "function_call_expression", "member_call_expression", "nullsafe_member_call_expression",
            "scoped_call_expression", "object_creation_expression",
        ),
        numbers=("integer", "float"),
        strings=("string_content",),
        yields=("yield_expression",),
        made_by_new=True,
        raises=("throw_expression",),
        blocks=("compound_statement",),
    ),
    "c": _C,
    "cpp": Nodes(
        functions=("function_definition", "lambda_expression"),
        calls=("call_expression", "new_expression"),
        numbers=_C.numbers,
        strings=("string_content", "raw_string_content", "character"),
        returns=("return_statement", "co_return_statement"),
        yields=("co_yield_statement",),
        raises=("throw_statement",),
        blocks=("compound_statement", "try_statement", "default_method_clause", "delete_method_clause"),
    ),
    "csharp": Nodes(
        functions=(
            "method_declaration", "constructor_declaration", "destructor_declaration",
            "operator_declaration", "conversion_operator_declaration", "local_function_statement",
            "lambda_expression", "anonymous_method_expression", "accessor_declaration",
        ),
        calls=("invocation_expression", "object_creation_expression", "implicit_object_creation_expression"),
        numbers=("integer_literal", "real_literal"),
        strings=("string_literal_content", "string_content", "raw_string_content", "character_literal"),
        yields=("yield_statement",),
        made_by_new=True,
        raises=("throw_statement", "throw_expression"),
    ),
    "kotlin": Nodes(  # a `return` inside a lambda leaves the function around it
        functions=("function_declaration", "anonymous_function", "secondary_constructor", "getter", "setter"),
        calls=("call_expression", "infix_expression", "constructor_delegation_call"),
        numbers=("number_literal", "float_literal"),
        strings=("string_content", "character_literal"),
        comments=("line_comment", "block_comment"),
        returns=("return_expression",),
        raises=("throw_expression",),
    ),
    "swift": Nodes(
        functions=(
            "function_declaration", "init_declaration", "deinit_declaration", "subscript_declaration",
            "computed_getter", "computed_setter", "lambda_literal",
        ),
        calls=("call_expression", "constructor_expression", "macro_invocation"),
        numbers=("integer_literal", "real_literal", "hex_literal", "oct_literal", "bin_literal"),
        strings=("line_str_text", "multi_line_str_text", "raw_str_part", "raw_str_end_part"),
        comments=("comment", "multiline_comment"),
        returns=("control_transfer_statement",),
        raises=("control_transfer_statement",),
        blocks=("function_body", "statements"),
        last_value="single",
    ),
    "scala": Nodes(  # a `return` inside a lambda leaves the function around it
        functions=("function_definition",),
        calls=("call_expression", "infix_expression", "instance_expression", "postfix_expression"),
        numbers=("integer_literal", "floating_point_literal"),
        strings=("string", "character_literal"),
        comments=("comment", "block_comment"),
        returns=("return_expression",),
        raises=("throw_expression",),
        blocks=("block", "indented_block"),
    ),
    "lua": Nodes(
        functions=("function_declaration", "function_definition"),
        calls=("function_call",),
        numbers=("number",),
        strings=("string_content",),
    ),
    "bash": Nodes(  # what a function returns is a status; what it gives is what it prints
        functions=("function_definition",),
        calls=("command",),
        numbers=("number",),
        strings=("string_content", "raw_string"),
        returns=(),
        blocks=("compound_statement", "subshell"),
    ),
}  # fmt: skip
