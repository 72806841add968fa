package ticket_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/internal/ticket"
	"github.com/stretchr/testify/require"
)

func TestTicketsOfTheSpecification(t *testing.T) {
	var golden struct {
		Seed    string `json:"ticket_seed"`
		Tickets []struct {
			ID  string `json:"id"`
			Hex string `json:"ticket_hex"`
		} `json:"tickets"`
	}
	reference.JSON(t, "golden/sampling/spotcheck.json", &golden)
	seed, err := hex.DecodeString(golden.Seed)
	require.NoError(t, err)
	drum := ticket.NewDrum(seed, "guanxi/spotcheck/v1", "2026")
	for _, want := range golden.Tickets {
		got := drum.Of(want.ID)
		require.Equal(t, want.Hex, hex.EncodeToString(got[:]), want.ID)
	}
	require.NotEmpty(t, golden.Tickets)
}

func TestTicketIsTheHMACOfLengthsAndFields(t *testing.T) {
	mac := hmac.New(sha256.New, []byte("key"))
	fmt.Fprint(mac, "\x00\x00\x00\x02ab\x00\x00\x00\x00\x00\x00\x00\x01c")
	got := ticket.NewDrum([]byte("key"), "ab", "").Of("c")
	require.Equal(t, mac.Sum(nil)[:16], got[:])
	require.NotEqual(t, got, ticket.NewDrum([]byte("key"), "a", "b").Of("c"), "fields do not run together")
}

func TestTicketAsANumber(t *testing.T) {
	low, high := ticket.Ticket{7: 1}, ticket.Ticket{15: 0xff}
	require.Positive(t, low.Compare(high))
	require.EqualValues(t, 1, low.High())
	full := ticket.Ticket{255, 255, 255, 255, 255, 255, 255, 255}
	require.Equal(t, 1-0x1p-53, full.Uniform())
}

func TestReadHex(t *testing.T) {
	var value [4]byte
	require.True(t, ticket.ReadHex(value[:], []byte("00ff9a1e")))
	require.Equal(t, [4]byte{0, 255, 0x9a, 0x1e}, value)
	for _, wrong := range []string{"", "00ff9a1", "00ff9a1e0", "00ff9a1e00", "00FF9a1e", "00fg9a1e", "00ff9a1 ", "00ff9a1\x00", "00ff9a1\xff", "0x00ff9a"} {
		require.False(t, ticket.ReadHex(value[:], []byte(wrong)), wrong)
		require.Equal(t, [4]byte{0, 255, 0x9a, 0x1e}, value, "it stays what it was")
	}
	require.True(t, ticket.ReadHex(nil, nil))
}

func BenchmarkTicket(b *testing.B) {
	drum := ticket.NewDrum(make([]byte, 32), "guanxi/spotcheck/v1", "2026")
	b.ReportAllocs()
	for b.Loop() {
		drum.Of("E00001")
	}
}
