package reference_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/stretchr/testify/require"
)

func TestListReadsASingleElement(t *testing.T) {
	var got struct{ A, B, C reference.List[int] }
	require.NoError(t, json.Unmarshal([]byte(`{"A":[1,2],"B":3,"C":[]}`), &got))
	require.Equal(t, reference.List[int]{1, 2}, got.A)
	require.Equal(t, reference.List[int]{3}, got.B)
	require.Empty(t, got.C)
	require.Error(t, json.Unmarshal([]byte(`{"A":"x"}`), &got))
}

func TestTable(t *testing.T) {
	root := t.TempDir()
	t.Setenv(reference.Folder, root)
	require.NoError(t, os.WriteFile(filepath.Join(root, "a.csv"), []byte("name,n\nx,1.5\ny,NA\n"), 0o600))
	tb := reference.CSV(t, "a.csv")
	require.Equal(t, 2, tb.Len())
	require.Equal(t, []string{"x", "y"}, tb.Strings("name"))
	require.Equal(t, []float64{1.5, math.Inf(1)}, tb.Floats("n", math.Inf(1)))
}
