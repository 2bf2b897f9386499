// Named functions, as `luaparse` reads them (Lua 5.3; LuaJIT and 5.4 attributes are not read).
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Needs the npm package `luaparse` (NODE_PATH).
const luaparse = require("luaparse");
const fs = require("fs");

const nameOf = (node) => (node.type === "MemberExpression" ? node.identifier : node.type === "Identifier" ? node : null);

for (const path of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const give = (name, kind) =>
    name && console.log(JSON.stringify({ path, name: name.name, line: name.loc.start.line, kind }));
  function visit(node) {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || !node.type) return;
    if (node.type === "FunctionDeclaration" && node.identifier) give(nameOf(node.identifier), "function");
    if (node.type === "AssignmentStatement" || node.type === "LocalStatement") {
      node.variables.forEach((variable, place) => {
        if (node.init[place] && node.init[place].type === "FunctionDeclaration") give(nameOf(variable), "value");
      });
    }
    if (node.type === "TableKeyString" && node.value.type === "FunctionDeclaration") give(node.key, "field");
    Object.values(node).forEach(visit);
  }
  try {
    visit(luaparse.parse(fs.readFileSync(path, "latin1"), { locations: true, comments: false, luaVersion: "5.3" }).body);
  } catch (error) {
    console.error(`${path}: ${error.message}`);
  }
}
