package recurrence_test

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The peer is python-dateutil 2.9.0.post0; testdata/generate.py wrote the file and says
// which rules it leaves out, because that library reads them otherwise than the RFC.
func TestAgreesWithDateutil(t *testing.T) {
	file, err := os.Open("testdata/dateutil.tsv.gz")
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	lines := bufio.NewScanner(unzipped)
	require.True(t, lines.Scan())
	require.Equal(t, "# python-dateutil 2.9.0.post0, seed 5545", lines.Text())
	rules, instants := 0, 0
	for lines.Scan() {
		rules++
		if testing.Short() && rules%10 != 0 {
			continue
		}
		f := strings.Split(lines.Text(), "\t")
		require.Len(t, f, 5)
		s, end := series(t, f[0], f[1], f[2]), wall(t, f[1]).Day.AddMonths(240)
		count, digest := 0, sha256.New()
		var b [8]byte
		for o := range s.All() {
			if o.Day >= end {
				break
			}
			count++
			binary.BigEndian.PutUint64(b[:], uint64(o.At.Unix()))
			digest.Write(b[:])
		}
		require.Equal(t, f[3]+" "+f[4], strconv.Itoa(count)+" "+hex.EncodeToString(digest.Sum(nil)), lines.Text())
		instants += count
	}
	require.NoError(t, lines.Err())
	require.Equal(t, 10_000, rules)
	t.Log(instants, "instants")
}
