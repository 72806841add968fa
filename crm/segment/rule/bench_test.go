package rule

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// buyer is a customer as a host may have one: columns of its own, no copy.
type buyer struct {
	city   string
	joined calendar.Day
	score  int64
	orders []purchase
}

type purchase struct {
	day     calendar.Day
	channel uint8
	fen     int64
}

var channels = [...]string{"微信", "门店", "电话"}

func (b *buyer) Attribute(i int) Value {
	switch i {
	case 0:
		return Text(b.city)
	case 1:
		return Day(b.joined)
	}
	return Int(b.score)
}

func (b *buyer) EventCount(int) int             { return len(b.orders) }
func (b *buyer) EventDay(_, n int) calendar.Day { return b.orders[n].day }
func (b *buyer) EventAttribute(_, n, i int) Value {
	if i == 0 {
		return Decimal(b.orders[n].fen, 2)
	}
	return Text(channels[b.orders[n].channel])
}

func buyers(n int) []*buyer {
	random := rand.New(rand.NewPCG(1, 2))
	cities := []string{"上海", "杭州", "北京", "广州"}
	list := make([]*buyer, n)
	for i := range list {
		b := &buyer{city: cities[random.IntN(len(cities))], joined: testDay - calendar.Day(random.IntN(2000)), score: random.Int64N(6)}
		for range random.IntN(21) { // ten on average
			b.orders = append(b.orders, purchase{testDay - calendar.Day(random.IntN(800)), uint8(random.IntN(3)), random.Int64N(100_000)})
		}
		list[i] = b
	}
	return list
}

func buyerSchema(tb testing.TB) *Schema {
	s, err := NewSchema(
		[]Field{{"city", TypeText, 0}, {"joined", TypeDay, 0}, {"score", TypeNumber, 0}},
		[]EventKind{{"order", []Field{{"amount", TypeNumber, 2}, {"channel", TypeText, 0}}}})
	require.NoError(tb, err)
	return s
}

// BenchmarkMatch is one customer of 100,000 with ten orders on average, and a rule
// of six conditions: three about attributes, three about orders. typical selects
// some customers and stops where the answer is known; everything is true of
// every customer, so that all six are looked at.
func BenchmarkMatch(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	list, schema := buyers(n), buyerSchema(b)
	for _, rule := range []struct{ name, text string }{
		{"typical", `{"all":[
			{"attribute":"city","in":["上海","杭州","北京"]},
			{"attribute":"joined","daysAgo":{"ge":365}},
			{"attribute":"score","ge":1},
			{"event":"order","within":{"days":365},"count":{"ge":1}},
			{"event":"order","where":{"attribute":"channel","eq":"微信"},"sum":{"of":"amount","ge":1000}},
			{"event":"order","within":{"months":3},"count":{"le":1}}]}`},
		{"everything", `{"all":[
			{"attribute":"city","in":["上海","杭州","北京","广州"]},
			{"attribute":"joined","daysAgo":{"ge":0}},
			{"attribute":"score","ge":0},
			{"event":"order","within":{"days":365},"count":{"ge":0}},
			{"event":"order","where":{"attribute":"channel","eq":"微信"},"sum":{"of":"amount","ge":0}},
			{"event":"order","within":{"months":3},"count":{"le":99}}]}`},
	} {
		r, err := Parse([]byte(rule.text))
		require.NoError(b, err)
		s, err := Compile(r, schema, nil)
		require.NoError(b, err)
		b.Run(rule.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := s.Match(list[i%len(list)], testDay); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParse reads and compiles a rule of a hundred conditions.
func BenchmarkParse(b *testing.B) {
	text := []byte(`{"any":[` + strings.Repeat(`{"event":"order","where":{"attribute":"channel","eq":"微信"},"within":{"days":90},"count":{"ge":3}},`, 99) +
		`{"attribute":"score","ge":4}]}`)
	schema := buyerSchema(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Compile(r, schema, nil); err != nil {
			b.Fatal(err)
		}
	}
}
