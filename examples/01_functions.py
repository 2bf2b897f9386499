"""Find the functions of a folder whose doc comment names a parameter that does not exist."""

from pathlib import Path

from codegloss.extract import extract
from codegloss.records import Function

folder = Path("library")
folder.mkdir()
(folder / "shapes.py").write_text('''
def area(width, height):
    """Area of a rectangle.

    :param width: in metres
    :param depth: in metres
    """
    return width * height
''')
(folder / "shapes.ts").write_text("""
/**
 * Scale a length.
 * @param length in metres
 * @param factor how much longer it gets
 */
export const scale = (length: number, factor = 2): number => length * factor;
""")

for row in extract(folder):
    if isinstance(row, Function) and row.parts:
        declared = {parameter.name for parameter in row.parameters}
        unknown = [parameter.name for parameter in row.parts.parameters if parameter.name not in declared]
        print(f"{row.path}:{row.start_line} {row.qualified_name}: {unknown or 'as declared'}")

# Output:
# shapes.py:2 area: ['depth']
# shapes.ts:7 scale: as declared
