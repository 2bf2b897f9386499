"""Repairs by hand-worked comments before and after, and by contradictions planted in the standard library."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections import Counter
from pathlib import Path

import pytest
from subjects import builtin, vocabulary

from codegloss.encoder import load
from codegloss.extract import functions_in
from codegloss.quality.claims.check import objections
from codegloss.quality.known import known_of
from codegloss.quality.mutations.planted import planted
from codegloss.quality.reasons import Reason
from codegloss.synth.writing.builtin import BuiltinWriter
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.memory import Memory
from codegloss.synth.writing.repair import Repair, repaired
from codegloss.synth.writing.writers import Written, with_comment

PYTHON_GOOGLE = '''
def load(path: str, limit: int = 5):
    """Load the first lines.

    Args:
%s

    Note:
        Blank lines   count.
    """
    return open(path).read()[limit]
'''


def mend(source: str, language: str = "python", name: str | None = None) -> Repair | Reason:
    """What becomes of the comment of the last function of a source, or of the one of that name."""
    functions = functions_in(textwrap.dedent(source), language)
    own = next(one for one in reversed(functions) if name in (None, one.name))
    known = known_of(functions)
    return repaired(own, objections(own, known), known)


def mended(source: str, language: str = "python") -> str:
    """The comment's text after repair."""
    repair = mend(source, language)
    assert isinstance(repair, Repair), repair
    return repair.comment


def changes(source: str, language: str = "python") -> list[str]:
    """Lines that a repair takes away and puts in, `- x` and `+ x`."""
    own = functions_in(textwrap.dedent(source), language)[-1]
    assert own.comment_text
    lines = difflib.ndiff(own.comment_text.split("\n"), mended(source, language).split("\n"))
    return [f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "-+"]


# --- parameters --------------------------------------------------------------------------------


def test_a_parameter_takes_its_present_name_in_google_style() -> None:
    source = PYTHON_GOOGLE % (
        "        filename (str): the file, the filename\n            as a text.\n"
        "        limit (int): how  many."
    )
    assert changes(source) == [
        "- filename (str): the file, the filename",
        "+ path (str): the file, the filename",
    ]


def test_a_parameter_takes_its_present_name_in_sphinx_fields() -> None:
    source = '''
    def send(address, text):
        """Send a text.

        :param addr: where to
        :type addr: str
        :param text: what; see `addr`
        """
        return connect(address).send(text)
    '''
    assert mended(source) == (
        "Send a text.\n\n:param address: where to\n:type address: str\n:param text: what; see `address`"
    )


def test_a_parameter_takes_its_present_name_in_javadoc() -> None:
    source = """
    class A {
        /**
         * Sends a text.
         *
         * @param receiver  where to send, one receiver
         * @param text      what
         */
        void send(String target, String text) { connect(target).send(text); }
    }
    """
    assert changes(source, "java") == [
        "- @param receiver  where to send, one receiver",
        "+ @param target    where to send, one receiver",  # in the column of the others
    ]


def test_a_parameter_takes_its_present_name_in_phpdoc_and_xml() -> None:
    php = """<?php
    /**
     * Sends a text.
     *
     * @param string $receiver where to
     * @param string $text what
     */
    function send(string $target, string $text) { connect($target)->send($text); }
    """
    assert changes(php, "php") == ["- @param string $receiver where to", "+ @param string $target where to"]
    xml = """
    class A {
        /// <summary>Sends a text.</summary>
        /// <param name="receiver">Where to.</param>
        /// <param name="text">What.</param>
        void Send(string target, string text) { Connect(target).Send(text); }
    }
    """
    assert changes(xml, "csharp") == [
        '- <param name="receiver">Where to.</param>',
        '+ <param name="target">Where to.</param>',
    ]


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        (
            "rust",
            """
            /// Sends a text.
            ///
            /// # Arguments
            ///
            /// * `receiver` - where to, at once
            /// * `text` - what
            pub fn send(target: &str, text: &str) { connect(target).send(text); }
            """,
            "* `target` - where to, at once",
        ),
        (
            "kotlin",
            """
            /**
             * Sends a text.
             * @param receiver where to, at once
             * @param text what
             */
            fun send(target: String, text: String) { connect(target).send(text) }
            """,
            "@param target where to, at once",
        ),
        (
            "swift",
            """
            /// Sends a text.
            ///
            /// - Parameters:
            ///   - receiver: where to, at once
            ///   - text: what
            func send(target: String, text: String) { connect(target).send(text) }
            """,
            "- target: where to, at once",
        ),
        (
            "ruby",
            """
            # Sends a text.
            #
            # @param receiver [String] where to, at once
            # @param text [String] what
            def send(target, text)
              connect(target).send(text)
            end
            """,
            "@param target [String] where to, at once",
        ),
        (
            "cpp",
            """
            /**
             * \\brief Sends a text.
             * \\param[in] receiver where to, at once
             * \\param[in] text what
             */
            void send(const char *target, const char *text) { connect(target)->send(text); }
            """,
            "\\param[in] target where to, at once",
        ),
    ],
)
def test_a_parameter_takes_its_present_name_in_every_style(language: str, source: str, line: str) -> None:
    assert changes(source, language) == [f"- {line.replace('target', 'receiver')}", f"+ {line}"]


def test_an_entry_without_a_parameter_goes_with_its_lines_and_its_empty_section() -> None:
    source = '''
    def close(self):
        """Close it.

        Args:
            timeout: seconds to wait
                at most.

        Note:
            Twice is   once.
        """
        self.socket = None
    '''
    assert mended(source) == "Close it.\n\nNote:\n    Twice is   once."
    numpy = '''
    def scale(image):
        """Scale it.

        Parameters
        ----------
        image
            What to scale.
        factor : float
            By how much,

            more or less.

        See Also
        --------
        turn
        """
        return image * 2
    '''
    assert (
        mended(numpy)
        == "Scale it.\n\nParameters\n----------\nimage\n    What to scale.\n\nSee Also\n--------\nturn"
    )


def test_a_name_leaves_a_list_of_several() -> None:
    source = '''
    def area(width, height):
        """Compute the area.

        Args:
            width, height, colour: in metres
        """
        return width * height
    '''
    assert "    width, height: in metres" in mended(source).split("\n")


def test_a_type_of_the_same_name_stays() -> None:
    source = '''
    def shown(moment):
        """Show it.

        :param datetime datetime: which
        """
        return text(moment)
    '''
    assert mended(source) == "Show it.\n\n:param datetime moment: which"


def test_the_description_of_the_twin_is_turned_round() -> None:
    source = '''
    def grow(height):
        """Grow.

        :param width: the width in pixels
        """
        return pixels(height)
    '''
    assert mended(source) == "Grow.\n\n:param height: the height in pixels"


def test_a_description_without_a_column_keeps_its_gap() -> None:
    source = """
    class A {
        /**
         * Sends a text.
         * @param recipient  the address
         * @param text  what
         */
        void send(String target, String text) { connect(target).send(text); }
    }
    """
    assert changes(source, "java") == ["- @param recipient  the address", "+ @param target  the address"]


def test_what_documents_something_else_is_left_alone() -> None:
    source = '''
    def array(self):
        """Make an array, by the function that is returned.

        Parameters
        ----------
        values : list
            What is in it.
        units : str
            In what.
        """
        return self._array
    '''
    assert isinstance(mend(source), Reason)


def test_an_exception_of_a_callee_is_left_alone() -> None:
    source = """
    class A {
        /**
         * Creates a script.
         * @throws IllegalStateException if there is a problem parsing the script
         */
        void create(String scriptText) {
            if (scriptText == null) throw new IllegalArgumentException("scriptText is null");
            this.script = parse(scriptText);
        }
    }
    """
    assert isinstance(mend(source, "java"), Reason)


def test_a_short_name_that_prose_tells_of_is_left_alone() -> None:
    source = '''
    def trace(flag, delay):
        """Trace.

        Args:
            n: a number
            delay: another

        If n is given, only each n-th step is shown.
        """
        return flag, delay
    '''
    assert isinstance(mend(source), Reason)


# --- types and defaults ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "after"),
    [
        ("path (int): an int value", "path (str): an int value"),
        ("path (int, optional): the file", "path (str, optional): the file"),
    ],
)
def test_a_type_becomes_the_declared_one(entry: str, after: str) -> None:
    source = PYTHON_GOOGLE.replace("path: str", "path: str = ''") % f"        {entry}"
    assert changes(source) == [f"- {entry}", f"+ {after}"]


def test_a_type_written_apart_becomes_the_declared_one() -> None:
    source = '''
    def load(path: str):
        """Load it.

        :param path: int by int
        :type path: int
        :rtype: bytes
        """
        return open(path).read()
    '''
    assert changes(source) == ["- :type path: int", "+ :type path: str"]


def test_a_type_in_braces_becomes_that_of_the_default() -> None:
    source = """
    /**
     * Waits.
     * @param {number} [mode='fast'] - how to wait
     */
    function wait(mode = 'fast') { return sleep(mode); }
    """
    assert changes(source, "javascript") == [
        "- @param {number} [mode='fast'] - how to wait",
        "+ @param {string} [mode='fast'] - how to wait",
    ]


def test_what_must_be_given_is_no_longer_optional() -> None:
    source = '''
    def send(to, subject):
        """Send it.

        Args:
            to: whom
            subject (str, optional): the subject
        """
        return mail(to).about(subject)
    '''
    assert changes(source) == ["- subject (str, optional): the subject", "+ subject (str): the subject"]


@pytest.mark.parametrize(
    ("entry", "after"),
    [
        ("limit: how many (default: 7)", "limit: how many (default: 5)"),
        ("limit (int): how many of 7. Defaults to ``7``.", "limit (int): how many of 7. Defaults to ``5``."),
    ],
)
def test_a_default_becomes_the_one_of_the_code(entry: str, after: str) -> None:
    assert changes(PYTHON_GOOGLE % f"        {entry}") == [f"- {entry}", f"+ {after}"]


def test_a_default_keeps_the_quotes_of_the_comment() -> None:
    source = """
    /**
     * Reads a file.
     * @param {string} [encoding="ascii"] the encoding, default "ascii"
     */
    function read(encoding = 'utf-8') { return decode(encoding); }
    """
    assert mended(source, "javascript").endswith(
        '@param {string} [encoding="utf-8"] the encoding, default "utf-8"'
    )


def test_a_default_that_the_body_sets_is_left_alone() -> None:
    source = '''
    def show(name=""):
        """Show it.

        :param name: what it is called. Defaults to 'Unnamed'.
        """
        return page(name or "Unnamed")
    '''
    assert isinstance(mend(source), Reason)


# --- what is returned and raised ----------------------------------------------------------------


def test_the_entry_of_a_value_that_is_not_returned_goes() -> None:
    python = '''
    def remove(items, wanted):
        """Remove an item.

        Args:
            items: where
            wanted: which

        Returns:
            The shortened
            list.
        """
        items.remove(wanted)
    '''
    assert mended(python) == "Remove an item.\n\nArgs:\n    items: where\n    wanted: which"
    java = """
    class A {
        /**
         * Removes an item.
         *
         * @param item which
         * @return the shortened list,
         *     or an empty one
         * @since 1.2
         */
        void remove(Item item) { this.items.drop(item); }
    }
    """
    assert mended(java, "java") == "Removes an item.\n\n@param item which\n@since 1.2"


def test_an_exception_takes_the_name_of_the_one_that_is_raised() -> None:
    numpy = '''
    def take(count):
        """Take some.

        Raises
        ------
        ValueError
            if the count is negative.
        """
        if count < 0:
            raise IndexError("count is negative")
        return count
    '''
    assert changes(numpy) == ["- ValueError", "+ IndexError"]
    java = """
    class A {
        /**
         * Takes some.
         * @throws IllegalStateException if the count is negative
         */
        void take(int count) {
            if (count < 0) throw new IllegalArgumentException("count is negative");
        }
    }
    """
    assert changes(java, "java") == [
        "- @throws IllegalStateException if the count is negative",
        "+ @throws IllegalArgumentException if the count is negative",
    ]


def test_the_entry_of_an_exception_that_nothing_can_raise_goes() -> None:
    source = '''
    def name(self):
        """Give the name.

        Raises:
            StorageError: if there is none.
        """
        return self._name
    '''
    assert mended(source) == "Give the name."
    java = """
    class A {
        /**
         * Gives the name.
         * @throws StorageException if there is none
         */
        String name() { return this.name; }
    }
    """
    assert mended(java, "java") == "Gives the name."


def test_a_generator_yields() -> None:
    source = '''
    def lines(path):
        """Go through a file.

        Returns
        -------
        str
            a line
        """
        for line in open(path):
            yield line
    '''
    assert mended(source) == "Go through a file.\n\nYields\n------\nstr\n    a line"


def test_a_collection_is_not_what_a_generator_yields() -> None:
    source = '''
    def lines(path):
        """Go through a file.

        Args:
            path: which

        Returns:
            A list of its lines.
        """
        for line in open(path):
            yield line
    '''
    assert mended(source) == "Go through a file.\n\nArgs:\n    path: which"


# --- words -------------------------------------------------------------------------------------


def test_a_name_that_exists_nowhere_becomes_the_near_one() -> None:
    source = '''
    def fill(max_retries):
        """Try at most `maxRetries` times; `maxRetries` counts."""
        return max_retries
    '''
    assert mended(source) == "Try at most `max_retries` times; `max_retries` counts."


def test_true_and_false_change_places_where_the_code_decides() -> None:
    python = '''
    def is_new(path):
        """Return True if the path exists, False otherwise."""
        return not path.exists()
    '''
    assert mended(python) == "Return False if the path exists, True otherwise."
    java = """
    class A {
        /**
         * Looks.
         * @return {@code false} if the queue is empty
         */
        boolean look() { return this.queue.isEmpty(); }
    }
    """
    assert mended(java, "java") == "Looks.\n@return {@code true} if the queue is empty"


def test_a_name_alone_does_not_decide() -> None:
    source = '''
    def is_locked(self):
        """Return False if the door is locked."""
        return self.ask(3)
    '''
    found = mend(source)
    assert isinstance(found, Reason)


def test_a_bound_takes_the_edge_of_the_code() -> None:
    python = '''
    def check(width, limit):
        """The Width must be greater than the limit."""
        if width >= limit:
            raise ValueError(width)
    '''
    assert mended(python) == "The Width must be less than the limit."
    java = """
    class A {
        /** Sets it. The width must be at most 5. */
        void set(int width) { if (width < 5) { throw new IllegalArgumentException(); } this.width = width; }
    }
    """
    assert mended(java, "java") == "Sets it. The width must be at least 5."


def test_the_opposite_word_is_taken_where_the_code_uses_it() -> None:
    source = '''
    def last_line(lines):
        """Give the First line. The first is told."""
        last = lines[-1]
        return last
    '''
    assert mended(source) == "Give the Last line. The last is told."


def test_a_result_becomes_the_one_that_is_returned() -> None:
    source = '''
    def find(name):
        """Find it. Returns -1 if the name is unknown."""
        if name in "abc":
            return 1
        return None
    '''
    found = mend(source)
    assert isinstance(found, Reason) or found.comment == "Find it. Returns None if the name is unknown."


# --- the builtin writer ------------------------------------------------------------------------

STALE = '''
def load(path: str, limit: int = 5):
    """Load the first lines, because the rest is   padding.

    Args:
        path: the file
        limit: how many (default: 7)
    """
    return open(path).read()[limit]
'''


def test_the_builtin_writer_repairs_what_it_refreshes_and_writes_anew_when_blind() -> None:
    own = functions_in(STALE, "python")[0]
    context = Surroundings([own]).context(own, blind=False)
    written = BuiltinWriter(Memory([], load()), vocabulary()).comment(own, context)
    assert isinstance(written, Written)
    assert written.comment == (own.comment_text or "").replace("7", "5")
    assert (written.model, written.notes) == ("builtin", ("default of `limit` 7 made 5",))
    assert "padding" not in str(builtin(STALE))


# --- what holds for all ------------------------------------------------------------------------


def test_line_ends_stay() -> None:
    source = 'def f(path):\r\n    """Load.\r\n\r\n    :param paht: it\r\n    """\r\n    return open(path)\r\n'
    repair = mend(source)
    own = functions_in(source, "python")[-1]
    assert isinstance(repair, Repair)
    assert own.comment_text is not None
    assert ("\r\n" in repair.comment) == ("\r\n" in own.comment_text)
    assert repair.comment.split() == ["Load.", ":param", "path:", "it"]


def test_where_nothing_is_found_there_is_nothing_to_repair() -> None:
    own = functions_in('def f(a):\n    """Do it.\n\n    :param a: it\n    """\n    return a\n', "python")[0]
    assert repaired(own, objections(own)) == Reason("nothing to repair")


def test_prose_keeps_a_word_that_may_mean_the_thing() -> None:
    source = '''
    def notify(handler, count):
        """Register a callback, as in call(callback).

        Args:
            callback: what is called; the callback takes nothing
            count: how often

        Raises:
            TypeError: if callback is no function
        """
        return bus(handler, count)
    '''
    assert changes(source) == [
        "- Register a callback, as in call(callback).",
        "+ Register a callback, as in call(handler).",
        "- callback: what is called; the callback takes nothing",
        "+ handler: what is called; the callback takes nothing",
        "- TypeError: if callback is no function",
        "+ TypeError: if handler is no function",
    ]


def test_plants_in_the_standard_library_are_taken_out_and_most_texts_come_back() -> None:
    library, result = Path(json.__file__).parent.parent, Counter[str]()
    for name in ("ipaddress.py", "statistics.py", "logging/__init__.py", "argparse.py", "heapq.py"):
        for function in functions_in((library / name).read_text("utf-8"), "python"):
            for plant in list(planted(function, seed=1))[:2] if not objections(function) else ():
                findings = objections(plant.function)
                repair = repaired(plant.function, findings) if findings else None
                if isinstance(repair, Repair):
                    again = with_comment(function, repair.comment)
                    assert not objections(again)
                    is_back = repair.comment.split() == (function.comment_text or "").split()
                    # other words of the same name in prose cannot be told from the thing
                    result["back" if is_back else f"other {plant.kind}"] += 1
                elif repair:
                    result[f"refused {plant.kind}"] += 1
    assert result["back"] >= 10
    assert set(result) <= {"back", "other parameter", "refused boolean", "refused raises"}
    assert result["back"] + result["other parameter"] > sum(result[one] for one in result if "refused" in one)
