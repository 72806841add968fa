package crmtest_test

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/stretchr/testify/require"
)

// A promise is a sentence of a comment of package crm, under its heading.
type promise struct{ of, says string }

// promises reads the comments of the types, fields, methods and constants that
// make up the contract, sentence by sentence.
func promises(t *testing.T) (all []promise) {
	t.Helper()
	fset := token.NewFileSet()
	for _, name := range []string{"store.go", "optional.go", "filter.go", "commit.go", "subject.go"} {
		file, err := parser.ParseFile(fset, "../"+name, nil, parser.ParseComments)
		require.NoError(t, err)
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

func ofSpec(decl *ast.GenDecl, spec ast.Spec) (all []promise) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
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
func sentences(of, text string) (all []promise) {
	add := func(blocks ...string) {
		for _, block := range blocks {
			block = strings.Join(strings.Fields(block), " ")
			for block != "" {
				sentence, rest, more := strings.Cut(block, ". ")
				if more {
					sentence += "."
				}
				all = append(all, promise{of, sentence})
				block = rest
			}
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

// unheld are the sentences that no case can hold a store to, by how they begin,
// with the reason.
var unheld = map[string]string{
	"Store: Store is where":                                         "says what it is",
	"Store: Your application implements it":                         "says what there is",
	"Store: Package crm/crmtest holds":                              "is what this test holds",
	"Store: Vocabulary: A subject has":                              "begins the list",
	"Store: Vocabulary: A Commit is what changes a store.":          "begins the list",
	"Store: Concurrency: Versions do not see":                       "is for services",
	"Store: Concurrency: Services see to it, not the store.":        "is for services",
	"Store: Erasure: Where the database keeps old pages":            "asks a comment of the adapter; Features.Contains searches its files",
	"Store: Rows edited behind the store's back: A host that edits": "is for hosts",
	"CustomerReader: ":                                              "says what it is",
	"RecordReader: ":                                                "says what it is",
	"JournalReader: ":                                               "says what it is",
	"ClaimReader: ":                                                 "says what it is",
	"Committer: ":                                                   "says what it is",
	"Borrowed: ":                                                    "is for services; only the adapter's own tests have a transaction of a host",
	"Borrowed.Borrowed: ":                                           "is for services; only the adapter's own tests have a transaction of a host",
	"PurchaseSource: PurchaseSource is where":                       "says what it is",
	"PurchaseSource: It is a port of one method":                    "says what it is",
	"CustomerFilter: CustomerFilter narrows":                        "says what it is",
	"CustomerFilter: Filters grow":                                  "is advice to adapters",
	"CustomerFilter: The services list":                             "is advice to adapters",
	"RecordFilter: The services list":                               "is advice to adapters",
	"Store: Limits: A text column":                                  "is advice to adapters",
	"PurchaseSource: A row that cannot be read":                     "needs a row that the suite cannot write; the adapter's own tests have one",
	"PurchaseSource: What nobody bought":                            "is about rows of the host's that the suite does not know; the adapter's own tests have them",
	"EntryFilter: EntryFilter narrows":                              "says what it is",
	"Commit.Scope: A service gives a hash":                          "is for services",
	"Change: Change is what":                                        "says what it is",
	"Write: Write is one of":                                        "says what it is",
	"Kind: Kind says":                                               "says what it is",
	"Head: Head is how":                                             "says what it is",
}

// TestEveryPromiseHasACase holds the suite and the comments of package crm
// together: each quotation is in the comment under its heading, and each sentence
// of a comment is quoted by a case, or it says here why not.
func TestEveryPromiseHasACase(t *testing.T) {
	all := promises(t)
	require.Greater(t, len(all), 100)
	text := map[string]string{}
	for _, p := range all {
		text[p.of] += p.says + " "
	}
	cases := map[promise][]string{}
	names := map[string]bool{}
	for _, k := range crmtest.Cases() {
		require.False(t, names[k.Name], "two cases are named %s", k.Name)
		names[k.Name] = true
		require.NotEmpty(t, k.Rules, "%s has no rule", k.Name)
		for _, r := range k.Rules {
			if !strings.Contains(text[r.Of], r.Says) {
				t.Errorf("%s quotes what is not there, under %q: %q", k.Name, r.Of, r.Says)
			}
			for _, p := range all {
				if p.of == r.Of && (strings.Contains(p.says, r.Says) || strings.Contains(r.Says, p.says) || overlaps(p.says, r.Says)) {
					cases[p] = append(cases[p], k.Name)
				}
			}
		}
	}
	used := map[string]bool{}
	for _, p := range all {
		why, excused := "", false
		for start, reason := range unheld {
			if strings.HasPrefix(p.of+": "+p.says, start) {
				why, excused, used[start] = reason, true, true
			}
		}
		switch held := slices.Compact(cases[p]); {
		case len(held) > 0:
			t.Logf("%s: %s\n\t-> %s", p.of, p.says, strings.Join(held, ", "))
		case excused:
			t.Logf("%s: %s\n\t-- %s", p.of, p.says, why)
		default:
			t.Errorf("no case for %q: %q", p.of, p.says)
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
