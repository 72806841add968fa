package guanxi_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readmes say the same in two languages.
var readmes = []string{"README.md", "README.zh-CN.md"}

// TestFirstProgram compiles and runs the first Go program of each README and
// compares what it prints with the block of text that follows it. Go runs this
// test again when any source of the module changes: the rules of the house read
// them all in the same process.
func TestFirstProgram(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```.*?```text\n(.*?)```")
	for _, name := range readmes {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			found := blocks.FindSubmatch(text)
			require.NotNil(t, found, "no program with its output")
			program := filepath.Join(t.TempDir(), "main.go")
			require.NoError(t, os.WriteFile(program, found[1], 0o600))
			cmd := exec.Command("go", "run", program)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			stdout, err := cmd.Output()
			require.NoError(t, err, stderr.String())
			require.Equal(t, string(found[2]), string(stdout))
		})
	}
}

// TestPackageTables holds the tables of both READMEs and the map in doc.go
// against the packages that programs of others can import: all of them, in
// order, and no others.
func TestPackageTables(t *testing.T) {
	units, err := readUnits(os.DirFS("."))
	require.NoError(t, err)
	var want []string
	for _, u := range units {
		if u.public() {
			want = append(want, u.dir)
		}
	}
	for name, row := range map[string]string{
		"README.md":       `(?m)^\| \[([a-z/]+)\]\(([a-z/]+)\) \|`,
		"README.zh-CN.md": `(?m)^\| \[([a-z/]+)\]\(([a-z/]+)\) \|`,
		"doc.go":          `(?m)^//   - ([a-z/]+)(): `,
	} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var listed []string
		for _, m := range regexp.MustCompile(row).FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, []string{"", m[1]}, m[2], name)
			listed = append(listed, m[1])
		}
		slices.Sort(listed)
		require.Equal(t, want, listed, name)
	}
}

// TestLinks finds what the pages at the root link to in this repository.
func TestLinks(t *testing.T) {
	code := regexp.MustCompile("(?s)```.*?```")
	for _, name := range append(readmes, "CONTRIBUTING.md", "CHANGELOG.md") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(code.ReplaceAllString(string(text), ""), -1) {
			_, err := os.Stat(m[1])
			require.NoError(t, err, name)
		}
	}
}
