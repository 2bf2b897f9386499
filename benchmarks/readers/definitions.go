// Named functions with a body, as Go's own parser reads them.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Run with `go run definitions.go`.
package main

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
)

func main() {
	out := json.NewEncoder(os.Stdout)
	paths := bufio.NewScanner(os.Stdin)
	for paths.Scan() {
		path := paths.Text()
		files := token.NewFileSet()
		file, _ := parser.ParseFile(files, path, nil, 0)
		if file == nil {
			continue
		}
		give := func(name *ast.Ident, kind string) {
			out.Encode(map[string]any{"path": path, "name": name.Name, "line": files.PositionFor(name.Pos(), false).Line, "kind": kind})
		}
		value := func(name ast.Expr, value ast.Expr, kind string) {
			ident, named := name.(*ast.Ident)
			if selector, ok := name.(*ast.SelectorExpr); ok {
				ident, named = selector.Sel, true
			}
			if _, ok := value.(*ast.FuncLit); ok && named && ident.Name != "_" {
				give(ident, kind)
			}
		}
		global := map[ast.Spec]bool{}
		for _, declaration := range file.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok {
				for _, spec := range general.Specs {
					global[spec] = true
				}
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				if node.Body != nil {
					give(node.Name, "function")
				}
			case *ast.AssignStmt:
				for i, name := range node.Lhs {
					if i < len(node.Rhs) {
						value(name, node.Rhs[i], "closure")
					}
				}
			case *ast.ValueSpec:
				kind := "closure"
				if global[node] {
					kind = "variable"
				}
				for i, name := range node.Names {
					if i < len(node.Values) {
						value(name, node.Values[i], kind)
					}
				}
			case *ast.KeyValueExpr:
				value(node.Key, node.Value, "field")
			}
			return true
		})
	}
}
