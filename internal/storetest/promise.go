package storetest

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Logger is the part of testing.TB that says how sentence and case go together.
type Logger interface {
	TB
	Logf(format string, args ...any)
}

// Case is a case's name and what it quotes.
type Case struct {
	Name  string
	Rules []Rule
}

// Promises reads the comments of the types, fields, methods and constants that make
// up a contract, sentence by sentence, from Go files in a folder.
func Promises(t *testing.T, folder string, files ...string) (all []Rule) {
	t.Helper()
	fset := token.NewFileSet()
	for _, name := range files {
		file, err := parser.ParseFile(fset, filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					all = append(all, ofSpec(decl, spec)...)
				}
			case *ast.FuncDecl:
				if decl.Recv != nil && decl.Name.Name == "Validate" {
					all = append(all, sentences("Commit.Validate", decl.Doc.Text())...)
				}
			}
		}
	}
	return all
}

func ofSpec(decl *ast.GenDecl, spec ast.Spec) (all []Rule) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return nil
		}
		text := spec.Doc.Text()
		if text == "" && len(decl.Specs) == 1 {
			text = decl.Doc.Text()
		}
		all = sentences(spec.Name.Name, text)
		var fields *ast.FieldList
		switch typ := spec.Type.(type) {
		case *ast.StructType:
			fields = typ.Fields
		case *ast.InterfaceType:
			fields = typ.Methods
		}
		for i := 0; fields != nil && i < len(fields.List); i++ {
			f := fields.List[i]
			if len(f.Names) > 0 && f.Names[0].IsExported() {
				all = append(all, sentences(spec.Name.Name+"."+f.Names[0].Name, f.Doc.Text()+f.Comment.Text())...)
			}
		}
	case *ast.ValueSpec:
		if strings.HasPrefix(spec.Names[0].Name, "Max") {
			all = sentences(spec.Names[0].Name, spec.Comment.Text())
		}
	}
	return all
}

// sentences splits a comment. The sections of a comment are headings of their own.
func sentences(of, text string) (all []Rule) {
	add := func(block string) {
		block = strings.Join(strings.Fields(block), " ")
		for block != "" {
			sentence, rest, more := strings.Cut(block, ". ")
			if more {
				sentence += "."
			}
			all = append(all, Rule{of, sentence})
			block = rest
		}
	}
	heading := of
	for _, block := range new(comment.Parser).Parse(text).Content {
		switch block := block.(type) {
		case *comment.Heading:
			of = heading + ": " + plain(block.Text)
		case *comment.Paragraph:
			add(plain(block.Text))
		case *comment.List:
			for _, item := range block.Items {
				for _, part := range item.Content {
					add(plain(part.(*comment.Paragraph).Text))
				}
			}
		case *comment.Code:
			add(block.Text)
		}
	}
	return all
}

func plain(text []comment.Text) string {
	var b strings.Builder
	for _, t := range text {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		case *comment.DocLink:
			b.WriteString(plain(t.Text))
		case *comment.Link:
			b.WriteString(plain(t.Text))
		}
	}
	// Without the package, links to its own names stay in brackets.
	return strings.NewReplacer("[", "", "]", "").Replace(b.String())
}

// EveryPromiseHasACase holds a suite and the comments of a contract together: each
// quotation is in the comment under its heading, and each sentence of a comment is
// quoted by a case, or unheld says why not, by how heading and sentence begin.
func EveryPromiseHasACase(t Logger, promises []Rule, cases []Case, unheld map[string]string) {
	t.Helper()
	if len(promises) == 0 {
		t.Errorf("the contract was not read")
	}
	text := map[string]string{}
	for _, p := range promises {
		text[p.Of] += p.Says + " "
	}
	held, names := map[Rule][]string{}, map[string]bool{}
	for _, k := range cases {
		if names[k.Name] || len(k.Rules) == 0 {
			t.Errorf("%s: there are two, or it has no rule", k.Name)
		}
		names[k.Name] = true
		for _, r := range k.Rules {
			if !strings.Contains(text[r.Of], r.Says) {
				t.Errorf("%s quotes what is not there, under %q: %q", k.Name, r.Of, r.Says)
			}
			for _, p := range promises {
				if p.Of == r.Of && (strings.Contains(p.Says, r.Says) || strings.Contains(r.Says, p.Says) || overlaps(p.Says, r.Says)) {
					held[p] = append(held[p], k.Name)
				}
			}
		}
	}
	used := map[string]bool{}
	for _, p := range promises {
		why, excused := "", false
		for start, reason := range unheld {
			if strings.HasPrefix(p.String(), start) {
				why, excused, used[start] = reason, true, true
			}
		}
		switch by := slices.Compact(held[p]); {
		case len(by) > 0:
			t.Logf("%s: %s\n\t-> %s", p.Of, p.Says, strings.Join(by, ", "))
		case excused:
			t.Logf("%s: %s\n\t-- %s", p.Of, p.Says, why)
		default:
			t.Errorf("no case for %q: %q", p.Of, p.Says)
		}
	}
	for start := range unheld {
		if !used[start] {
			t.Errorf("excused, and not there: %q", start)
		}
	}
}

// overlaps reports whether a quotation begins or ends within a sentence, with at
// least three words of it.
func overlaps(sentence, quotation string) bool {
	words := strings.Fields(sentence)
	for n := 3; n <= len(words); n++ {
		if strings.HasSuffix(quotation, strings.Join(words[:n], " ")) || strings.HasPrefix(quotation, strings.Join(words[len(words)-n:], " ")) {
			return true
		}
	}
	return false
}
