"""Comments that a program reads are left alone; those that only look like it are not."""

from __future__ import annotations

import pytest
from changing import changed, plan, reason

from codegloss.synth.source.machine_read import READ_BY_PROGRAM
from codegloss.synth.source.plan import Planned

DOCUMENTED = '    """Old."""\n    return 1\n'


@pytest.mark.parametrize(
    "source",
    [
        f"def f():\n{DOCUMENTED}print(f.__doc__)\n",
        f"def f():\n{DOCUMENTED}def g(x):\n    return x.__doc__\n",
        f"def f():\n{DOCUMENTED}def g(self):\n    return self.function.__doc__\n",
        f"def f():\n{DOCUMENTED}f.__doc__ %= 1\n",
        f"def f():\n{DOCUMENTED}getattr(f, '__doc__')\n",
        f"import inspect\ndef f():\n{DOCUMENTED}inspect.getdoc(f)\n",
        f"import click\n@click.command()\ndef f():\n{DOCUMENTED}",
        f"@app.command(name='x')\ndef f():\n{DOCUMENTED}",
        f"@router.get('/x')\ndef f():\n{DOCUMENTED}",
        f"@server.tool\ndef f():\n{DOCUMENTED}",
        f"@copy_docstring(g)\ndef f():\n{DOCUMENTED}",
        f"import fire\ndef f():\n{DOCUMENTED}fire.Fire()\n",
        f"import typer\ndef f():\n{DOCUMENTED}typer.run(f)\n",
    ],
)
def test_docstrings_that_are_read(source: str) -> None:
    assert reason(source.encode(), "a.py", "f", "New.")[0] == READ_BY_PROGRAM


@pytest.mark.parametrize(
    "source",
    [
        f"'''Module.'''\nArgumentParser(description=__doc__)\ndef f():\n{DOCUMENTED}",
        f"namespace = {{'__doc__': None}}\ndef f():\n{DOCUMENTED}",
        f"class C:\n    pass\ndef f():\n{DOCUMENTED}print(C.__doc__, g.h.__doc__)\n",
        f"def f():\n{DOCUMENTED}def g(self):\n    return type(self).__doc__ or self.__doc__\n",
        f"@mock.patch('x')\ndef f():\n{DOCUMENTED}",
        f"@functools.wraps(g)\ndef f():\n{DOCUMENTED}",
        f"def g():\n    '''G.'''\ndef f():\n{DOCUMENTED}print(g.__doc__)\n",
        f"g.__doc__ = 'x'\ndef f():\n{DOCUMENTED}",
    ],
)
def test_docstrings_that_only_seem_to_be_read(source: str) -> None:
    assert b"New." in changed(source.encode(), "a.py", {"f": "New."})


def test_help_of_a_shell() -> None:
    method = "    def {}(self):\n        '''Old.'''\n"
    source = f"import cmd\nclass A(cmd.Cmd):\n{method.format('do_x')}{method.format('y')}"
    planned = plan(source.encode(), "a.py", {"A.do_x": "New.", "A.y": "New."})
    assert isinstance(planned, Planned)
    assert planned.data.count(b"New.") == 1


def test_rules_of_a_grammar() -> None:
    source = b"def p_sum(p):\n    'sum : sum PLUS term'\n    p[0] = p[1] + p[3]\n"
    assert reason(source, "a.py", "p_sum", "Adds two.") == (READ_BY_PROGRAM, "a rule of a grammar")
    assert (
        reason(b"import ply.lex\ndef t_ID(t):\n    r'[a-z]+'\n", "a.py", "t_ID", "New.")[0] == READ_BY_PROGRAM
    )
    assert changed(b"def p_value(x):\n    '''Old.'''\n", "a.py", {"p_value": "New."})


def test_doctests_that_are_run_stay_verbatim() -> None:
    source = b'import doctest\n\ndef f():\n    """Old.\n\n    >>> f()\n    1\n    """\n    return 1\n'
    assert reason(source, "a.py", "f", "New.")[0] == READ_BY_PROGRAM
    assert reason(source, "a.py", "f", "New.\n\n>>> f()\n2")[0] == READ_BY_PROGRAM
    assert b"New." in changed(source, "a.py", {"f": "New.\n\n>>> f()\n1\n\nMore."})
    assert b"New." in changed(source.replace(b"import doctest", b""), "a.py", {"f": "New."})


@pytest.mark.parametrize(
    ("path", "source", "kept", "lost"),
    [
        (
            "A.java",
            "class A {\n  /** @deprecated gone */\n  void f() {}\n}\n",
            "New. @deprecated soon",
            "New.",
        ),
        ("A.java", "class A {\n  /** Old. */\n  void f() {}\n}\n", "New.", "New. @deprecated"),
        (
            "a.php",
            "<?php\n/**\n * @dataProvider rows\n */\nfunction f() {}\n",
            "New.\n@dataProvider rows",
            "New.",
        ),
        ("a.php", "<?php\n/**\n * @ORM\\Id\n */\nfunction f() {}\n", "New.\n@ORM\\Id", "New."),
        ("a.ts", "/** @internal */\nfunction f() {}\n", "New. @internal", "New."),
        ("a.rs", "/// ```\n/// f();\n/// ```\nfn f() {}\n", "New.\n```\nf();\n```", "New.\n```\ng();\n```"),
    ],
)
def test_tags_with_an_effect_stay(path: str, source: str, kept: str, lost: str) -> None:
    name = "A.f" if path == "A.java" else "f"
    assert changed(source.encode(), path, {name: kept})
    assert reason(source.encode(), path, name, lost)[0] == READ_BY_PROGRAM
