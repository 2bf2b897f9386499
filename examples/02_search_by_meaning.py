"""Find functions by what they do, with the shipped encoder: fast at exit 0, better at the last one."""

from codegloss.encoder import load
from codegloss.extract import functions_in

source = """
export function retry(action, times) {
  for (let left = times; ; left--) {
    try { return action() } catch (error) { if (left <= 1) throw error }
  }
}
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
export function debounce(callback, wait) {
  let timer
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => callback(...given), wait) }
}
"""
queries = ["call a function again until it does not fail", "the middle of a list of numbers"]

functions = list(functions_in(source, "javascript"))
encoder = load()
for exit in (encoder.exits[0], encoder.exits[-1]):
    codes = encoder.encode(
        [function.code for function in functions], languages=["javascript"] * len(functions), exit=exit
    )
    asked = encoder.encode(queries, exit=exit)
    cosines = asked.vectors @ codes.vectors.T
    for query, row in zip(queries, cosines, strict=True):
        print(f"exit {exit}: {query} -> {functions[row.argmax()].name}")

# Output:
# exit 0: call a function again until it does not fail -> debounce
# exit 0: the middle of a list of numbers -> median
# exit 6: call a function again until it does not fail -> retry
# exit 6: the middle of a list of numbers -> median
