// Methods with a body, as scalameta reads them (Scala 2.13, then 3).
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Needs the npm package `scalameta-parsers` (NODE_PATH).
const parsers = require("scalameta-parsers");
const fs = require("fs");

for (const path of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const text = fs.readFileSync(path, "utf8");
  const tree = ["Scala213", "Scala3"].map((dialect) => parsers.parseSource(text, dialect)).find((one) => !one.error);
  if (!tree) console.error(`${path}: not read`);
  (function visit(node) {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof node !== "object") return;
    if (node.type === "Defn.Def" || node.type === "Defn.Macro" || node.type === "Ctor.Secondary") {
      const line = text.slice(0, node.name.pos.start).split("\n").length;
      console.log(JSON.stringify({ path, name: node.name.value || "this", line, kind: node.type }));
    }
    Object.values(node).forEach(visit);
  })(tree);
}
