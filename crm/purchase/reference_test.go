package purchase

import (
	"bytes"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/reference"
)

// The CDNOW sample (data of others: read where GUANXI_REFERENCE has it) against
// a sum in decimals, whatever form the same log is written in.
func TestCDNOW(t *testing.T) {
	log := reference.Read(t, "data/purchases/cdnow_sample_transactions.csv")
	var want decimal.Decimal
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	for _, line := range lines[1:] {
		value, err := decimal.NewFromString(line[strings.LastIndexByte(line, ',')+1:])
		require.NoError(t, err)
		want = want.Add(value)
	}
	quoted := bytes.ReplaceAll(bytes.ReplaceAll(log, []byte(","), []byte(`","`)), []byte("\n"), []byte("\"\r\n\""))
	quoted = append([]byte("\ufeff\""), bytes.TrimSuffix(quoted, []byte("\r\n\""))...)
	for _, form := range [][]byte{log, quoted} {
		customers := map[int64]bool{}
		var sum int64
		rows, skipped, err := collect[int64](bytes.NewReader(form), Options{})
		require.NoError(t, err)
		require.Zero(t, skipped)
		for _, p := range rows {
			customers[p.Customer] = true
			sum += p.Amount.Minor
		}
		require.Len(t, rows, len(lines)-1)
		require.Len(t, customers, 2357)
		require.Equal(t, want.StringFixed(2), money.FormatMinor(sum, 2))
	}
}
