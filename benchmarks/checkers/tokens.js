// Reads paths of JavaScript and TypeScript files; prints each with a digest of its syntax tree without
// comments, as the TypeScript compiler reads it. The digest is empty where that finds errors.
//     NODE_PATH=…/node_modules node tokens.js < paths
const ts = require("typescript");
const { createHash } = require("crypto");
const { readFileSync } = require("fs");

function dump(node, source, hash) {
  if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
  const children = node.getChildren(source);
  const text = children.length ? "" : node.getText(source);
  hash.update(`${node.kind} ${text}(`);
  for (const child of children) dump(child, source, hash);
  hash.update(")");
}

for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, false);
  const hash = createHash("sha256");
  dump(source, source, hash);
  console.log(`${path}\t${source.parseDiagnostics.length ? "" : hash.digest("hex")}`);
}
