package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
)

// TestMyStore is all that a host writes to run the suite on its own store.
func TestMyStore(t *testing.T) {
	open := func(*testing.T) crm.Store { return new(crm.Memory) }
	crmtest.TestStore(t, open, crmtest.Features{Parallel: true})
}

// TestWhatComesAlong: an importing module has at most 12 lines of go.sum, is linked
// with decimal and gonum only, and its tests with no test library.
func TestWhatComesAlong(t *testing.T) {
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(sum, []byte("\n")); n > 12 {
		t.Errorf("go.sum has %d lines:\n%s", n, sum)
	} else {
		t.Logf("go.sum has %d lines", n)
	}
	list := exec.Command("go", "list", "-test", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	list.Env = append(os.Environ(), "GOWORK=off")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	modules := map[string]bool{}
	for _, m := range strings.Fields(string(out)) {
		modules[m] = true
	}
	for m := range modules {
		switch m {
		case "github.com/guanxi-go/guanxi", "github.com/guanxi-go/guanxi/examples/consumer",
			"github.com/shopspring/decimal", "gonum.org/v1/gonum":
		default:
			t.Errorf("%s comes along", m)
		}
	}
	t.Logf("modules: %v", modules)
}
