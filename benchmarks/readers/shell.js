// Functions, as the parser of `shfmt` reads them.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Needs the npm package `mvdan-sh` (NODE_PATH).
const { syntax } = require("mvdan-sh");
const fs = require("fs");

for (const path of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  try {
    const file = syntax.NewParser().Parse(fs.readFileSync(path, "utf8"), path);
    syntax.Walk(file, (node) => {
      if (node && syntax.NodeType(node) === "FuncDecl") {
        console.log(JSON.stringify({ path, name: node.Name.Value, line: node.Name.Pos().Line(), kind: "function" }));
      }
      return true;
    });
  } catch (error) {
    console.error(`${path}: ${error.message || error.Error()}`);
  }
}
