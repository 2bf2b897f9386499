// Reads paths of Go files; prints each with a digest of its tokens without comments, as go/scanner reads
// it. The digest is empty where go/parser finds errors.
//
//	go run tokens.go < paths
package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path := lines.Text()
		digest := ""
		source, err := os.ReadFile(path)
		files := token.NewFileSet()
		if err == nil {
			_, err = parser.ParseFile(files, path, source, 0)
		}
		if err == nil {
			hash := sha256.New()
			var s scanner.Scanner
			s.Init(files.AddFile(path, files.Base(), len(source)), source, nil, 0)
			for {
				_, kind, text := s.Scan()
				if kind == token.EOF {
					break
				}
				fmt.Fprintf(hash, "%d %q\n", kind, text)
			}
			digest = fmt.Sprintf("%x", hash.Sum(nil))
		}
		fmt.Printf("%s\t%s\n", path, digest)
	}
}
