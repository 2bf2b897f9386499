# Methods, as Ruby's own parser reads them, and those made by `define_method` with a literal name.
# Paths on standard input, JSON lines of path, name, line, kind on standard output.
require "json"
require "ripper"

def visit(node, path)
  return unless node.is_a?(Array)

  name =
    case node[0]
    when :def then node[1]
    when :defs then node[3]
    end
  puts JSON.generate(path: path, name: name[1], line: name[2][0], kind: node[0]) if name
  if node[0] == :method_add_block && node[1].flatten.include?("define_method")
    literal = node[1].flatten(1).find { |part| part.is_a?(Array) && part.flatten.include?(:symbol_literal) }
    words = literal.to_a.flatten
    at = words.index(:symbol_literal)
    if at
      place = words[at..].index { |word| word.is_a?(String) }
      puts JSON.generate(path: path, name: words[at + place], line: words[at + place + 1], kind: "define_method")
    end
  end
  node.each { |child| visit(child, path) }
end

$stdin.each_line(chomp: true) do |path|
  visit(Ripper.sexp(File.read(path, encoding: "UTF-8")), path)
end
