"""Exception types that come with a language, and which of them are kinds of which."""

from __future__ import annotations

import builtins
from functools import cache

# Parent and its kinds, by family of languages, from the reference manual of each.
_JAVA = """
Throwable: Exception Error
Exception: RuntimeException IOException ReflectiveOperationException InterruptedException TimeoutException
Exception: ExecutionException CloneNotSupportedException URISyntaxException ParseException SQLException
Exception: GeneralSecurityException
RuntimeException: IllegalArgumentException IllegalStateException NullPointerException ClassCastException
RuntimeException: IndexOutOfBoundsException ArithmeticException NoSuchElementException UncheckedIOException
RuntimeException: UnsupportedOperationException ConcurrentModificationException SecurityException
RuntimeException: NegativeArraySizeException ArrayStoreException DateTimeException
DateTimeException: DateTimeParseException
IllegalArgumentException: NumberFormatException
IllegalStateException: CancellationException
IndexOutOfBoundsException: ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException
NoSuchElementException: InputMismatchException
IOException: FileNotFoundException EOFException UnsupportedEncodingException MalformedURLException
IOException: UnknownHostException SocketException InterruptedIOException
ReflectiveOperationException: ClassNotFoundException NoSuchMethodException NoSuchFieldException
ReflectiveOperationException: InstantiationException IllegalAccessException InvocationTargetException
GeneralSecurityException: NoSuchAlgorithmException InvalidKeyException
"""
_TABLES = {
    "java": _JAVA,
    "kotlin": _JAVA,
    "scala": _JAVA,
    "csharp": """
Exception: SystemException ApplicationException TimeoutException
SystemException: ArgumentException InvalidOperationException NotSupportedException NotImplementedException
SystemException: FormatException IndexOutOfRangeException KeyNotFoundException IOException
SystemException: NullReferenceException InvalidCastException ArithmeticException UnauthorizedAccessException
SystemException: OperationCanceledException
ArgumentException: ArgumentNullException ArgumentOutOfRangeException
InvalidOperationException: ObjectDisposedException
IOException: FileNotFoundException DirectoryNotFoundException EndOfStreamException
ArithmeticException: OverflowException DivideByZeroException
OperationCanceledException: TaskCanceledException
""",
    "javascript": "Error: TypeError RangeError SyntaxError ReferenceError EvalError URIError",
    "typescript": "Error: TypeError RangeError SyntaxError ReferenceError EvalError URIError",
    "php": """
Throwable: Exception Error
Exception: LogicException RuntimeException ErrorException
Error: TypeError ValueError ArithmeticError AssertionError
LogicException: InvalidArgumentException DomainException LengthException OutOfRangeException
LogicException: BadFunctionCallException
BadFunctionCallException: BadMethodCallException
RuntimeException: OutOfBoundsException OverflowException RangeException UnderflowException
RuntimeException: UnexpectedValueException
""",
    "cpp": """
exception: logic_error runtime_error bad_alloc bad_cast bad_typeid bad_function_call
logic_error: invalid_argument domain_error length_error out_of_range
runtime_error: range_error overflow_error underflow_error system_error
""",
    "ruby": """
Exception: StandardError ScriptError
ScriptError: NotImplementedError LoadError
StandardError: ArgumentError IndexError TypeError NameError RuntimeError RangeError IOError SecurityError
StandardError: ZeroDivisionError RegexpError
IndexError: KeyError StopIteration
NameError: NoMethodError
RuntimeError: FrozenError
IOError: EOFError
RangeError: FloatDomainError
""",
}

# Roots by whatever name: a comment that lists one of these lists all.
_ANY = frozenset(("Exception", "BaseException", "Error", "Throwable", "exception", "StandardError"))


@cache
def _parents(language: str) -> dict[str, str | None]:
    """Parent of each type that comes with a language; None for its roots."""
    if language == "python":
        found = {
            name: kind.__base__.__name__
            for name, kind in vars(builtins).items()
            if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__base__
        }
        return {**found, "BaseException": None}
    parents: dict[str, str | None] = {}
    for line in _TABLES.get(language, "").strip().splitlines():
        parent, kinds = line.split(": ")
        parents.setdefault(parent, None)
        parents.update(dict.fromkeys(kinds.split(), parent))
    return parents


def is_builtin(name: str, language: str) -> bool:
    """Whether an exception type of that bare name comes with the language."""
    return name in _parents(language)


def is_unchecked(name: str, language: str) -> bool:
    """Whether a type is one of those that Java's compiler does not make a method declare."""
    if language != "java" or name == "RuntimeException":
        return language == "java"
    return covers("RuntimeException", name, language)


def covers(documented: str, raised: str, language: str) -> bool:
    """Whether a comment that names one bare type names the other: the same, or a parent that is known."""
    if documented in _ANY or documented.endswith("Interface"):  # PHP: what many exceptions implement
        return True
    parents = _parents(language)
    # Python's IOError and EnvironmentError are OSError by other names
    same = {"IOError": "OSError", "EnvironmentError": "OSError"} if language == "python" else {}
    kind: str | None = same.get(raised, raised)
    while kind:
        if kind == same.get(documented, documented):
            return True
        kind = parents.get(kind)
    return False
