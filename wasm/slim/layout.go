package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// declarations are parts of the standard library's sources, by file, on which blankTables and blankTypes rely: a
// toolchain that has all of them lays the tables out as they are known here.
var declarations = []struct{ file, source string }{
	{"runtime/runtime2.go", `type _func struct {
		sys.NotInHeap
		entryOff uint32
		nameOff int32
		args int32
		deferreturn uint32
		pcsp uint32
		pcfile uint32
		pcln uint32
		npcdata uint32
		cuOffset uint32
		startLine int32
		funcID abi.FuncID
		flag abi.FuncFlag
		_ [1]byte
		nfuncdata uint8
	}`},
	{"runtime/symtab.go", `type pcHeader struct {
		magic abi.PCLnTabMagic
		pad1, pad2 uint8
		minLC uint8
		ptrSize uint8
		nfunc int
		nfiles uint
		_ uintptr
		funcnameOffset uintptr
		cuOffset uintptr
		filetabOffset uintptr
		pctabOffset uintptr
		pclnOffset uintptr
	}`},
	{"runtime/symtab.go", `type moduledata struct {
		sys.NotInHeap
		pcHeader *pcHeader
		funcnametab []byte
		cutab []uint32
		filetab []byte
		pctab []byte
		pclntable []byte
		ftab []functab
		findfunctab uintptr
		minpc, maxpc uintptr`},
	{"runtime/symtab.go", `type functab struct {
		entryoff uint32
		funcoff uint32
	}`},
	{"runtime/symtab.go", `type findfuncbucket struct {
		idx uint32
		subbuckets [16]byte
	}`},
	{"runtime/symtab.go", `for datap.ftab[idx+1].entryoff <= pcOff {
		idx++
	}`},
	{"internal/abi/type.go", `type Type struct {
		Size_ uintptr
		PtrBytes uintptr
		Hash uint32
		TFlag TFlag
		Align_ uint8
		FieldAlign_ uint8
		Kind_ Kind
		Equal func(unsafe.Pointer, unsafe.Pointer) bool
		GCData *byte
		Str NameOff
		PtrToThis TypeOff
	}`},
	{"internal/abi/type.go", `type StructType struct {
		Type
		PkgPath Name
		Fields []StructField
	}`},
	{"internal/abi/type.go", `type StructField struct {
		Name Name
		Typ *Type
		Offset uintptr
	}`},
	{"internal/abi/type.go", "TFlagExtraStar TFlag = 1 << 1"},
	{"internal/abi/type.go", "TFlagGCMaskOnDemand TFlag = 1 << 4"},
	{"internal/abi/symtab.go", "const MINFUNC = 16"},
	{"internal/abi/symtab.go", "const FuncTabBucketSize = 256 * MINFUNC"},
	{"internal/abi/symtab.go", "PCDATA_UnsafePoint = 0"},
	{"internal/abi/symtab.go", "FUNCDATA_ArgInfo = 5"},
}

// checkLayout returns an error if one of the declarations is not in the standard library whose sources are in a folder.
func checkLayout(src string) error {
	for _, d := range declarations {
		source, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(d.file)))
		if err != nil {
			return unknown("%v", err)
		}
		if !strings.Contains(tokens(source), tokens([]byte(d.source))) {
			first, _, _ := strings.Cut(d.source, "\n")
			return unknown("%s has another %q", d.file, strings.TrimSuffix(first, " {"))
		}
	}
	return nil
}

// moduleField returns where the runtime's moduledata has a field. They differ between toolchains.
func (t toolchain) moduleField(name string) (offset uint64, err error) {
	const symtab = "runtime/symtab.go"
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(t.src, symtab), nil, parser.SkipObjectResolution)
	if err != nil {
		return 0, unknown("%v", err)
	}
	err = unknown("%s has no moduledata with a field %s behind known types", symtab, name)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "moduledata" {
			return true
		}
		at := uint64(0)
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			for _, f := range field.Names {
				if f.Name == name {
					offset, err = at, nil
					return false
				}
				switch kind := field.Type.(type) {
				case *ast.StarExpr:
					at += 8
				case *ast.ArrayType:
					at += 24
				case *ast.Ident:
					if kind.Name != "uintptr" {
						return false
					}
					at += 8
				default:
					return false
				}
			}
		}
		return false
	})
	return offset, err
}

// tokens returns the tokens of Go source with a space before each, and without comments.
func tokens(source []byte) string {
	var b strings.Builder
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(source)), source, nil, 0)
	for {
		_, t, text := s.Scan()
		if t == token.EOF {
			return b.String()
		}
		if t == token.SEMICOLON || text == "" { // A line's end has another text.
			text = t.String()
		}
		fmt.Fprintf(&b, " %s", text)
	}
}
