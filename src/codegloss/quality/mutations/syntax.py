"""What the pieces that a mutation touches are called in each grammar: the one table of this package.

Kept apart from `claims.grammars`: that table names all that is read (every form of a number, whatever holds
statements), this one what may safely be changed (decimal integers, statements that can be dropped), and the
few names that agree would tie the one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as varied


@dataclass(frozen=True, slots=True)
class Syntax:
    """Types of tree-sitter nodes in one grammar, and how a few constructs are spelt."""

    operations: tuple[str, ...]  # with the children left, operator, right
    integers: tuple[str, ...]
    ifs: tuple[str, ...] = ("if_statement",)  # with `condition`, `consequence` and perhaps `alternative`
    loops: tuple[str, ...] = ("while_statement",)  # with `condition`
    counted: tuple[str, ...] = ("for_statement",)  # loops whose `condition` compares an integer counter
    else_if: tuple[str, ...] = ()  # an `alternative` of this type, or one that holds an if, is a chain
    negations: tuple[str, ...] = ("unary_expression",)
    negation: str = "!"
    brackets: tuple[str, ...] = ("parenthesized_expression",)
    bracketed_conditions: bool = True  # `if (c)`: the brackets belong to the if
    returns: tuple[str, ...] = ("return_statement",)
    raises: tuple[str, ...] = ("throw_statement",)
    booleans: tuple[str, str] = ("true", "false")
    arguments: tuple[str, ...] = ("arguments",)
    parameters: tuple[str, ...] = ("formal_parameters",)
    indexes: tuple[str, ...] = ("subscript_expression",)
    blocks: tuple[str, ...] = ("block",)
    droppable: tuple[str, ...] = ("expression_statement", "break_statement", "continue_statement")
    filler: str = ""  # what an empty block needs
    variables: tuple[str, ...] = ("identifier",)  # nodes that can be a local variable
    not_variables: tuple[tuple[str, str], ...] = ()  # (type, field) of a parent under which they are none
    bindings: tuple[tuple[str, str], ...] = ()  # (type, field) of what makes a local variable
    augmented: tuple[str, ...] = ("augmented_assignment",)
    sigil: str = ""
    temporary: str = "{name} = {value};"  # a new variable
    returning: str = "return {name};"
    equality_is_strict: bool = False  # `===` stands beside `==`


_C_LIKE = Syntax(
    operations=("binary_expression",),
    integers=("number",),
    blocks=("statement_block",),
    temporary="const {name} = {value};",
    not_variables=(("function_declaration", "name"),),
    bindings=(("variable_declarator", "name"), ("for_in_statement", "left")),
    augmented=("augmented_assignment_expression",),
    equality_is_strict=True,
)

SYNTAX: dict[str, Syntax] = {
    "python": Syntax(
        operations=("binary_operator", "comparison_operator", "boolean_operator"),
        integers=("integer",),
        counted=(),
        else_if=("elif_clause",),
        negations=("not_operator",),
        negation="not ",
        bracketed_conditions=False,
        raises=("raise_statement",),
        booleans=("True", "False"),
        arguments=("argument_list",),
        parameters=("parameters",),
        indexes=("subscript", "slice"),
        droppable=("expression_statement", "break_statement", "continue_statement", "raise_statement"),
        filler="pass",
        not_variables=(
            ("attribute", "attribute"),
            ("keyword_argument", "name"),
            ("function_definition", "name"),
        ),
        bindings=(("assignment", "left"), ("for_statement", "left"), ("for_in_clause", "left")),
        temporary="{name} = {value}",
        returning="return {name}",
    ),
    "javascript": _C_LIKE,
    "typescript": _C_LIKE,
    "java": Syntax(
        operations=("binary_expression",),
        integers=("decimal_integer_literal",),
        arguments=("argument_list",),
        indexes=("array_access",),
        not_variables=(
            ("method_invocation", "name"),
            ("field_access", "field"),
            ("method_declaration", "name"),
        ),
        bindings=(("variable_declarator", "name"), ("enhanced_for_statement", "name")),
        augmented=("assignment_expression",),
        temporary="var {name} = {value};",
    ),
    "php": Syntax(
        operations=("binary_expression",),
        integers=("integer",),
        ifs=("if_statement",),
        else_if=("else_if_clause",),
        negations=("unary_op_expression",),
        raises=("throw_expression",),
        parameters=("formal_parameters",),
        blocks=("compound_statement",),
        variables=("variable_name",),
        bindings=(("assignment_expression", "left"),),
        augmented=("augmented_assignment_expression",),
        sigil="$",
        temporary="${name} = {value};",
        returning="return ${name};",
        equality_is_strict=True,
    ),
    "ruby": Syntax(
        operations=("binary",),
        integers=("integer",),
        ifs=("if",),
        loops=("while", "if_modifier", "unless_modifier", "until"),
        counted=(),
        else_if=("elsif",),
        negations=("unary",),
        brackets=("parenthesized_statements",),
        bracketed_conditions=False,
        returns=("return",),
        raises=(),
        arguments=("argument_list",),
        parameters=("method_parameters",),
        indexes=("element_reference",),
        blocks=("body_statement", "then", "else", "do", "block_body"),
        droppable=("assignment", "operator_assignment", "call", "break", "next"),
        not_variables=(("call", "method"), ("method", "name"), ("keyword_parameter", "name")),
        bindings=(("assignment", "left"),),
        augmented=("operator_assignment",),
        temporary="{name} = {value}",
        returning="return {name}",
    ),
    "go": Syntax(
        operations=("binary_expression",),
        integers=("int_literal",),
        counted=("for_clause",),
        loops=(),
        bracketed_conditions=False,
        raises=(),
        arguments=("argument_list",),
        parameters=("parameter_list",),
        indexes=("index_expression", "slice_expression"),
        droppable=("expression_statement", "inc_statement", "break_statement", "continue_statement"),
        not_variables=(("function_declaration", "name"),),
        bindings=(),
        augmented=(),
        temporary="{name} := {value}",
        returning="return {name}",
    ),
}
SYNTAX["csharp"] = varied(
    SYNTAX["java"],
    integers=("integer_literal",),
    negations=("prefix_unary_expression",),
    parameters=("parameter_list",),
    indexes=("bracketed_argument_list",),
    not_variables=(("member_access_expression", "name"), ("method_declaration", "name")),
    bindings=(("variable_declarator", "name"),),
)
SYNTAX["tsx"] = SYNTAX["typescript"]

# Names that say the opposite, in whatever language: the vocabulary of standard libraries.
OPPOSITES: dict[str, str] = {
    name: other
    for pair in (
        "min max", "minimum maximum", "Min Max", "floor ceil", "Floor Ceiling", "any all", "upper lower",
        "lstrip rstrip", "startswith endswith", "find rfind", "index rindex", "heappush heappop",
        "nlargest nsmallest", "bisect_left bisect_right", "isupper islower", "appendleft append",
        "popleft pop",
        "toUpperCase toLowerCase", "startsWith endsWith", "indexOf lastIndexOf", "some every", "push unshift",
        "shift pop", "trimStart trimEnd", "padStart padEnd", "anyMatch allMatch", "getFirst getLast",
        "addFirst addLast", "removeFirst removeLast", "isUpperCase isLowerCase", "firstKey lastKey",
        "strtoupper strtolower", "sort rsort", "ksort krsort", "asort arsort", "array_push array_unshift",
        "array_pop array_shift", "strpos strrpos", "array_sum array_product", "ctype_upper ctype_lower",
        "upcase downcase", "any? all?", "first last", "select reject", "take drop", "start_with? end_with?",
        "min_by max_by", "even? odd?", "succ pred", "rindex index", "union intersection", "keys values",
        "ToUpper ToLower", "StartsWith EndsWith", "HasPrefix HasSuffix", "Any All", "First Last",
        "leftIndex rightIndex", "MAX_VALUE MIN_VALUE", "Ceil Floor",
    )
    for one, two in [pair.split()]
    for name, other in ((one, two), (two, one))
}  # fmt: skip
