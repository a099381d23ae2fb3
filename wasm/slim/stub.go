package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
)

// A stub replaces the body of a function of the standard library that a page does not need. Functions that only the
// original body called are then not linked.
type stub struct {
	file, function, body string
}

// stubs are functions that the linker has to keep although the page never runs them: because an
// interface may call them, or because a setting in GODEBUG may.
var stubs = []stub{
	// A panic prints a value by its String method; times are never panic values. That drops the layouts and zone names.
	{"time/format.go", "Time.String", `return "a time.Time"`},
	// A panic prints a number; the stub cuts a fraction off. That drops the tables of powers of ten.
	{"runtime/print.go", "printfloat64", "printint(int64(v))"},
	{"runtime/print.go", "printfloat32", "printint(int64(v))"},
	{"runtime/print.go", "printcomplex128", "printint(int64(real(c)))"},
	{"runtime/print.go", "printcomplex64", "printint(int64(real(c)))"},
	// An error quotes a text; the stub puts quotes around it and escapes nothing. That drops the tables of printable
	// runes.
	{"strconv/quote.go", "Quote", "return `\"` + s + `\"`"},
	// Execution traces are begun by package runtime/trace and profiles by runtime/pprof, which nothing imports.
	{"runtime/trace.go", "traceAdvance", ""},
	{"runtime/tracestack.go", "traceStack", "return 0"},
	{"runtime/mprof.go", "saveblockevent", ""},
	// Safejs stores the stack in an error for the verb %+v, which the client does not use.
	{"runtime/symtab.go", "Frames.Next", "return"},
	// These print for settings of GODEBUG.
	{"runtime/proc.go", "schedtrace", ""},
	{"runtime/mcheckmark.go", "checkFinalizersAndCleanups", ""},
	// This merges the types of several modules; a page has one.
	{"runtime/type.go", "typelinksinit", ""},
}

// apply returns the source of a file with the body of its function replaced.
func (s stub) apply(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, s.file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil && name(f) == s.function {
			from, to := files.Position(f.Body.Lbrace).Offset+1, files.Position(f.Body.Rbrace).Offset
			return format.Source(slices.Concat(source[:from], []byte(" "+s.body+" "), source[to:]))
		}
	}
	return nil, fmt.Errorf("%s has no function %s", s.file, s.function)
}

// name is how a stub names a function: a method after its type.
func name(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	of := f.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if of, ok := of.(*ast.Ident); ok {
		return of.Name + "." + f.Name.Name
	}
	return ""
}
