package calendar_test

import (
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// spread returns n days of fifty years in an order that no branch predictor learns.
func spread(n int) []calendar.Day {
	list := make([]calendar.Day, n)
	for i := range list {
		list[i] = calendar.MustDate(1990, 1, 1) + calendar.Day(i*7919%18_250)
	}
	return list
}

func BenchmarkParseISO(b *testing.B) {
	texts := make([][]byte, 4096)
	for i, d := range spread(len(texts)) {
		texts[i] = d.AppendTo(nil)
	}
	b.ReportAllocs()
	i, sum := 0, calendar.Day(0)
	for b.Loop() {
		d, _ := calendar.ParseISO(texts[i&4095])
		sum ^= d
		i++
	}
	_ = sum
}

func BenchmarkDate(b *testing.B) {
	list := spread(4096)
	b.Run("Day", func(b *testing.B) {
		b.ReportAllocs()
		i, sum := 0, 0
		for b.Loop() {
			y, m, d := list[i&4095].Date()
			sum += y + int(m) + d
			i++
		}
		_ = sum
	})
	b.Run("time.Time", func(b *testing.B) {
		b.ReportAllocs()
		i, sum := 0, 0
		for b.Loop() {
			y, m, d := time.Unix(int64(list[i&4095]-719163)*86400, 0).UTC().Date()
			sum += y + int(m) + d
			i++
		}
		_ = sum
	})
}

func BenchmarkAddMonths(b *testing.B) {
	list := spread(4096)
	b.ReportAllocs()
	i, sum := 0, calendar.Day(0)
	for b.Loop() {
		sum ^= list[i&4095].AddMonths(i & 31)
		i++
	}
	_ = sum
}

func BenchmarkDayOf(b *testing.B) {
	list, loc := spread(4096), zone(b, "Asia/Shanghai")
	b.ReportAllocs()
	i, sum := 0, calendar.Day(0)
	for b.Loop() {
		sum ^= calendar.DayOf(time.Unix(int64(list[i&4095]-719163)*86400, 0), loc)
		i++
	}
	_ = sum
}

func BenchmarkStart(b *testing.B) {
	list, loc := spread(4096), zone(b, "America/Sao_Paulo")
	b.ReportAllocs()
	i, sum := 0, int64(0)
	for b.Loop() {
		sum ^= list[i&4095].Start(loc).Unix()
		i++
	}
	_ = sum
}
