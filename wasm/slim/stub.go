package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// A stub replaces the body of a function of the standard library that a page does not need. Functions that only the
// original body called are then not linked. A function with other parameters or results is another function; * stands
// for all methods of a type that have no results.
type stub struct {
	file, function, body string
}

// stubs are functions that the linker has to keep although the page never runs them, or has no use for what they do:
// an interface may call them, or a setting in GODEBUG, or another system than a browser needs them.
var stubs = []stub{
	// A panic prints a value by its String method; times are never panic values. That drops the layouts and zone names.
	{"time/format.go", "func (t Time) String() string", `return "a time.Time"`},
	// A panic prints a number; the stub cuts a fraction off. That drops the tables of powers of ten.
	{"runtime/print.go", "func printfloat64(v float64)", "printint(int64(v))"},
	{"runtime/print.go", "func printfloat32(v float32)", "printint(int64(v))"},
	{"runtime/print.go", "func printcomplex128(c complex128)", "printint(int64(real(c)))"},
	{"runtime/print.go", "func printcomplex64(c complex64)", "printint(int64(real(c)))"},
	// A panic with a value of a type of its own, neither an error nor a Stringer, has its type.
	{"runtime/error.go", "func printanycustomtype(i any)", "print(toRType(efaceOf(&i)._type).string())"},
	// An error quotes a text; the stub puts quotes around it and escapes nothing. That drops the tables of printable
	// runes.
	{"strconv/quote.go", "func Quote(s string) string", "return `\"` + s + `\"`"},
	// Execution traces are begun by package runtime/trace and profiles by runtime/pprof, which nothing imports.
	{"runtime/trace.go", "func traceAdvance(stopTrace bool)", ""},
	{"runtime/tracestack.go", "func traceStack(skip int, gp *g, tab *traceStackTable) uint64", "return 0"},
	{"runtime/traceruntime.go", "func (tl traceLocker) *", ""},
	{"runtime/traceallocfree.go", "func (tl traceLocker) *", ""},
	{"runtime/mprof.go", "func saveblockevent(cycles, rate int64, skip int, which bucketType)", ""},
	{"runtime/mprof.go", "func tryRecordGoroutineProfile(gp1 *g, pcbuf []uintptr, yield func())", ""},
	{"runtime/mprof.go", "func tryRecordGoroutineProfileWB(gp1 *g)", ""},
	{"runtime/mprof.go", "func mProf_Flush()", ""},
	{"runtime/mprof.go", "func mProf_NextCycle()", ""},
	{"runtime/malloc.go", "func profilealloc(mp *m, x unsafe.Pointer, size uintptr)", ""},
	{"runtime/mgc.go", "func findGoroutineLeaks() bool", "return true"},
	// Safejs stores the stack in an error for the verb %+v, which the client does not use.
	{"runtime/extern.go", "func Callers(skip int, pc []uintptr) int", "return 0"},
	{"runtime/symtab.go", "func (ci *Frames) Next() (frame Frame, more bool)", "return"},
	// A page has no environment but GOGC, so there is no memory limit, and these settings of GODEBUG are off.
	{"runtime/mgcpacer.go", "func readGOMEMLIMIT() int64", "return 1<<63 - 1"},
	{"runtime/runtime1.go", "func parsegodebug(godebug string, seen map[string]bool)", ""},
	{"runtime/proc.go", "func schedtrace(detailed bool)", ""},
	{"runtime/proc.go", "func saveAncestors(callergp *g) *[]ancestorInfo", "return nil"},
	{"runtime/traceback.go", "func printAncestorTraceback(ancestor ancestorInfo)", ""},
	{"runtime/mcheckmark.go", "func checkFinalizersAndCleanups()", ""},
	{"runtime/mcheckmark.go", "func setCheckmark(obj, base, off uintptr, mbits markBits) bool", "return false"},
	{"runtime/mcheckmark.go", "func startCheckmarks()", ""},
	// These look for errors in the compiler and the linker, and describe memory that is damaged.
	{"runtime/runtime1.go", "func check()", ""},
	{"runtime/symtab.go", "func moduledataverify1(datap *moduledata)", ""},
	{"runtime/hexdump.go", "func hexdumpWords(p, len uintptr, mark func(uintptr, hexdumpMarker))", ""},
	{"runtime/traceback.go", "func tracebackHexdump(stk stack, frame *stkframe, bad uintptr)", ""},
	{"runtime/mgcmark.go", "func gcDumpObject(label string, obj, off uintptr)", ""},
	{"runtime/mbitmap.go", "func badPointer(s *mspan, p, refBase, refOff uintptr)", `throw("bad pointer")`},
	{"runtime/mgcsweep.go", "func (s *mspan) reportZombies()", `throw("pointer to free object")`},
	// The tables say nothing of arguments, blankTables has removed that.
	{"runtime/traceback.go", "func printArgs(f funcInfo, argp unsafe.Pointer, pc uintptr)", ""},
	// This merges the types of several modules; a page has one.
	{"runtime/type.go", "func typelinksinit()", ""},
	// A page has one thread, which never ends, no C, and no frame that was interrupted anywhere.
	{"runtime/proc.go", "func newm(fn func(), pp *p, id int64)", `throw("newosproc: not implemented")`},
	{
		"runtime/proc.go",
		"func stealWork(now int64) (gp *g, inheritTime bool, rnow, pollUntil int64, newWork bool)",
		"return nil, false, now, 0, false",
	},
	{"runtime/proc.go", "func (pp *p) destroy()", ""},
	{"runtime/proc.go", "func mexit(osStack bool)", `throw("mexit")`},
	{"runtime/proc.go", "func oneNewExtraM()", ""},
	{"runtime/traceback.go", "func (u *unwinder) cgoCallers(pcBuf []uintptr) int", "return 0"},
	{"runtime/traceback.go", "func printCgoTraceback(callers *cgoCallers)", ""},
	{
		"runtime/traceback.go",
		"func printOneCgoTraceback(pc uintptr, commitFrame func() (pr, stop bool), arg *cgoSymbolizerArg) bool",
		"return false",
	},
	{
		"runtime/mgcmark.go",
		"func scanConservative(b, n uintptr, ptrmask *uint8, gcw *gcWork, state *stackScanState)",
		`throw("scanConservative")`,
	},
	// WebAssembly's memory never shrinks, so there is nothing to be given back to the system.
	{"runtime/mgcscavenge.go", "func bgscavenge(c chan int)", "c <- 1"},
	{"runtime/mgcscavenge.go", "func printScavTrace(releasedBg, releasedEager uintptr, forced bool)", ""},
	{"runtime/mgcscavenge.go", "func (s *scavengerState) wake()", ""},
	{"runtime/mgcscavenge.go", "func (s *scavengerState) ready()", ""},
	{"runtime/mgcscavenge.go", "func gcPaceScavenger(memoryLimit int64, heapGoal, lastHeapGoal uint64)", ""},
	{
		"runtime/mgcscavenge.go",
		"func (p *pageAlloc) scavenge(nbytes uintptr, shouldStop func() bool, force bool) uintptr",
		"return 0",
	},
	{"runtime/mgcscavenge.go", "func (s *scavengeIndex) alloc(ci chunkIdx, npages uint)", ""},
	{"runtime/mgcscavenge.go", "func (s *scavengeIndex) free(ci chunkIdx, page, npages uint)", ""},
	// Nothing calls runtime.AddCleanup. Finalizers, of which syscall/js has one for each value, are another thing.
	{"runtime/mcleanup.go", "func (q *cleanupQueue) enqueue(c cleanupFn)", ""},
	{"runtime/mcleanup.go", "func (q *cleanupQueue) flush()", ""},
	{"runtime/mcleanup.go", "func (q *cleanupQueue) wake()", ""},
	// There is no memory limit, against which the collector would work in vain.
	{"runtime/mgclimit.go", "func (l *gcCPULimiterState) updateLocked(now int64)", ""},
	{"runtime/mgclimit.go", "func (e *limiterEvent) start(typ limiterEventType, now int64) bool", "return true"},
	{"runtime/mgclimit.go", "func (e *limiterEvent) stop(typ limiterEventType, now int64)", ""},
}

// apply returns the source of the file with the function's body replaced.
func (s stub) apply(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, s.file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	receiver, all := strings.CutSuffix(s.function, " *")
	header := tokens([]byte(receiver))
	found := false
	for _, decl := range slices.Backward(file.Decls) { // The places before a body stay.
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Body == nil || all && (f.Recv == nil || f.Type.Results != nil) {
			continue
		}
		from, to := files.Position(f.Type.Func).Offset, files.Position(f.Body.Lbrace).Offset
		if all {
			to = files.Position(f.Recv.End()).Offset
		}
		if tokens(source[from:to]) == header {
			from, to = files.Position(f.Body.Lbrace).Offset+1, files.Position(f.Body.Rbrace).Offset
			source = slices.Concat(source[:from], []byte(" "+s.body+" "), source[to:])
			found = true
		}
	}
	if !found {
		return nil, fmt.Errorf("%s has no %s", s.file, s.function)
	}
	return withoutUnused(source)
}

// withoutUnused returns the source with a blank name for each import that it no longer uses.
func withoutUnused(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok {
				used[of.Name] = true
			}
		}
		return true
	})
	for _, spec := range slices.Backward(file.Imports) {
		name := path.Base(strings.Trim(spec.Path.Value, `"`))
		if at := files.Position(spec.Path.Pos()).Offset; spec.Name == nil && !used[name] {
			source = slices.Concat(source[:at], []byte("_ "), source[at:])
		}
	}
	return format.Source(source)
}
