package guanxi_test

import (
	"go/ast"
	"go/doc"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"unicode"
)

// The rules about what the code does and how it is written; depend_test.go has
// those about what imports what, and the cases that show that each rule bites.

// clock names the functions of package time that read or wait for the machine's
// clock.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// seeded names what of math/rand/v2 does not draw from the global source.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}

// maxLines is the length of a file of one idea.
const maxLines = 500

func checkCalls(u *unit, report report) {
	_, info := u.resolve()
	for _, f := range u.production() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				report(fn.Pos(), "init: work at start-up that no caller asked for")
			}
			if id, ok := n.(*ast.Ident); ok {
				if b, ok := info.Uses[id].(*types.Builtin); ok && (b.Name() == "print" || b.Name() == "println") {
					report(id.Pos(), "%s writes to standard error", b.Name())
				}
			}
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			pkg, ok := info.Uses[x].(*types.PkgName)
			if !ok {
				return true
			}
			name := sel.Sel.Name
			switch from := pkg.Imported().Path(); {
			case from == "time" && u.kind != timer && slices.Contains(clock, name):
				report(sel.Pos(), "time.%s reads the machine's clock: take the instant as a parameter", name)
			case from == "time" && u.kind == pure && (name == "Local" || name == "LoadLocation"):
				report(sel.Pos(), "time.%s depends on the machine: take a *time.Location", name)
			case from == "math/rand/v2" && !slices.Contains(seeded, name):
				report(sel.Pos(), "rand.%s draws from the global source: take a *rand.Rand or a seed", name)
			case from == "fmt" && u.kind != example && strings.HasPrefix(name, "Print"):
				report(sel.Pos(), "fmt.%s writes to standard output", name)
			}
			return true
		})
	}
}

func checkShape(u *unit, report report) {
	var commented, tested bool
	for _, f := range u.files {
		tested = tested || f.test
		switch {
		case f.test:
		case f.lines > maxLines:
			report(f.syntax.Package, "%d lines, over %d: is it one idea?", f.lines, maxLines)
		case u.kind == house && len(f.syntax.Decls) > 0:
			report(f.syntax.Package, "the root is a map, without code")
		}
		if d := f.syntax.Doc; !f.test && d != nil && (path.Base(f.name) == "doc.go" || f.syntax.Name.Name == "main" || strings.HasPrefix(u.dir, "internal/")) {
			commented = true
			if u.public() && !strings.ContainsFunc(d.Text(), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				report(f.syntax.Package, "the package comment has no Chinese vocabulary")
			}
		}
	}
	if !commented {
		report(token.NoPos, "no package comment in doc.go")
	}
	if !tested {
		report(token.NoPos, "no test file")
	}
	var tests []*ast.File
	for _, f := range u.files {
		if f.test {
			tests = append(tests, f.syntax)
		}
	}
	runs := func(e *doc.Example) bool { return e.Output != "" || e.EmptyOutput }
	if u.public() && !slices.ContainsFunc(doc.Examples(tests...), runs) {
		report(token.NoPos, "no Example with Output")
	}
}

// checkState refuses package-level variables that change after their
// declaration, or that anybody could change. Tables that nothing writes and
// sentinel errors stay.
func checkState(u *unit, report report) {
	pkg, info := u.resolve()
	// global returns the package-level variable that an expression reads or
	// writes a part of, or nil.
	global := func(e ast.Expr) types.Object {
		for {
			switch x := e.(type) {
			case *ast.ParenExpr:
				e = x.X
			case *ast.IndexExpr:
				e = x.X
			case *ast.SliceExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			case *ast.SelectorExpr:
				e = x.X
			case *ast.Ident:
				if v, ok := info.Uses[x].(*types.Var); ok && v.Parent() == pkg.Scope() {
					return v
				}
				return nil
			default:
				return nil
			}
		}
	}
	changes := func(e ast.Expr) {
		if v := global(e); v != nil {
			report(e.Pos(), "%s changes after its declaration: no state of a package's own", v.Name())
		}
	}
	for _, f := range u.production() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					changes(e)
				}
			case *ast.IncDecStmt:
				changes(n.X)
			case *ast.RangeStmt:
				changes(n.Key)
				changes(n.Value)
			case *ast.UnaryExpr:
				if v := global(n.X); n.Op == token.AND && v != nil && !isArray(v.Type()) {
					changes(n.X) // the address of a table is as good as its slice
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"clear", "copy", "delete"}, id.Name) {
					changes(n.Args[0])
				}
			case *ast.SelectorExpr:
				if s := info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
					_, byPointer := s.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
					if _, pointer := s.Recv().(*types.Pointer); byPointer && !pointer {
						changes(n.X)
					}
				}
			}
			return true
		})
		for _, decl := range f.syntax.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				checkVariable(spec.(*ast.ValueSpec), u, info, report)
			}
		}
	}
}

func isArray(t types.Type) bool {
	_, array := t.Underlying().(*types.Array)
	return array
}

func checkVariable(spec *ast.ValueSpec, u *unit, info *types.Info, report report) {
	for _, name := range spec.Names {
		if name.IsExported() && !strings.HasPrefix(name.Name, "Err") && u.kind != example {
			report(name.Pos(), "%s can be set by anybody: a constant, or a function that returns it", name.Name)
		}
		ast.Inspect(spec, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if p, ok := info.Uses[id].(*types.PkgName); ok && within(p.Imported().Path(), "sync") {
					report(name.Pos(), "%s is shared state of the package", name.Name)
				}
			}
			return true
		})
	}
}

// checkDocs wants a comment at every type, function, method, constant and
// variable that programs of others see. Names declared in one group share theirs;
// constants may be told in the comment of a type; Error, String and Unwrap say
// what they are.
func checkDocs(u *unit, report report) {
	if !u.public() {
		return
	}
	missing := func(id *ast.Ident, name string, comments ...*ast.CommentGroup) {
		if id.IsExported() && !slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool { return c.Text() != "" }) {
			report(id.Pos(), "%s has no comment", name)
		}
	}
	var types []*ast.CommentGroup
	u.eachSpec(func(gen *ast.GenDecl, spec ast.Spec) {
		if spec, ok := spec.(*ast.TypeSpec); ok {
			types = append(types, gen.Doc, spec.Doc)
			missing(spec.Name, spec.Name.Name, spec.Doc, gen.Doc)
		}
	})
	u.eachSpec(func(gen *ast.GenDecl, spec ast.Spec) {
		if spec, ok := spec.(*ast.ValueSpec); ok {
			for _, id := range spec.Names {
				if !mentioned(id, types...) {
					missing(id, id.Name, spec.Doc, spec.Comment, gen.Doc)
				}
			}
		}
	})
	for _, f := range u.production() {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil {
				missing(fn.Name, fn.Name.Name, fn.Doc)
			} else if ok && !slices.Contains([]string{"Error", "String", "Unwrap"}, fn.Name.Name) {
				if of := receiver(fn.Recv.List[0].Type); ast.IsExported(of) {
					missing(fn.Name, of+"."+fn.Name.Name, fn.Doc)
				}
			}
		}
	}
}

// eachSpec calls do for every declared type, constant and variable.
func (u *unit) eachSpec(do func(*ast.GenDecl, ast.Spec)) {
	for _, f := range u.production() {
		for _, decl := range f.syntax.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok {
				for _, spec := range gen.Specs {
					do(gen, spec)
				}
			}
		}
	}
}

// mentioned reports whether a comment has the name, in upper or lower case.
func mentioned(id *ast.Ident, comments ...*ast.CommentGroup) bool {
	return slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool {
		return strings.Contains(strings.ToLower(c.Text()), strings.ToLower(id.Name))
	})
}

// receiver returns the name of a method's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
