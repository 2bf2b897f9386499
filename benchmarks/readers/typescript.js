// Named functions with a body, as the TypeScript compiler reads them (JavaScript too).
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Needs the npm package `typescript` (NODE_PATH).
const ts = require("typescript");
const fs = require("fs");

function nameOfValue(node) {
  let parent = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
    parent = parent.parent;
  }
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name;
  if (ts.isBinaryExpression(parent) && ts.isAssignmentOperator(parent.operatorToken.kind)) {
    if (ts.isPropertyAccessExpression(parent.left)) return parent.left.name;
    if (ts.isIdentifier(parent.left)) return parent.left;
  }
  if (ts.isExportAssignment(parent) && !parent.isExportEquals) return parent;
  return node.name;
}

for (const path of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const text = fs.readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  const kind = /x$/.test(path) ? ts.ScriptKind.TSX : /\.[cm]?ts$/.test(path) ? ts.ScriptKind.TS : ts.ScriptKind.JSX;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);

  function visit(node) {
    let name;
    if (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) name = nameOfValue(node);
    else if (ts.isFunctionLike(node) && node.body) name = node.name || node;
    if (name) {
      const line = file.getLineAndCharacterOfPosition(name.getStart(file)).line + 1;
      let written = name.getText(file).replace(/^(['"])(.*)\1$/s, "$2");
      if (ts.isConstructorDeclaration(name)) written = "constructor";
      else if (ts.isExportAssignment(name) || ts.isFunctionDeclaration(name)) written = "default";
      console.log(JSON.stringify({ path, name: written, line, kind: ts.SyntaxKind[node.kind] }));
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
}
