package timeline_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

var start = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

// contact is a valid contact record.
func contact() timeline.Activity {
	return timeline.Activity{Subject: "C-1", Kind: timeline.KindContact, At: start, Actor: "s-1", Touchpoint: "hotline",
		Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.Reached}
}

// of is a valid record of another kind.
func of(kind timeline.Kind) timeline.Activity {
	a := timeline.Activity{Subject: "C-1", Kind: kind, At: start, Actor: "s-1", Touchpoint: "shop"}
	switch kind {
	case timeline.KindContact:
		return contact()
	case timeline.KindDeal:
		a.Deal = timeline.Deal{Number: "HT-1", Amount: money.Amount{Minor: 12050, Currency: money.CNY}}
	case timeline.KindPrepayment:
		a.Prepayment = timeline.PrepaymentMove{Deal: "HT-1", Movement: timeline.Received, Amount: money.Amount{Minor: 1, Currency: money.JPY}}
	case timeline.KindDocument:
		a.Document = timeline.Document{Name: "合同.pdf", MediaType: "application/pdf", Size: 0, SHA256: timeline.SHA256{1}}
	case timeline.KindMailing:
		a.Direction = timeline.Inbound
		a.Mailing = timeline.Mailing{What: "signed contract", Sent: start, Delivered: start}
	}
	return a
}

// fields returns the fields of all errors joined in err.
func fields(t *testing.T, err error) (list []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		var typed *timeline.Error
		require.True(t, errors.As(e, &typed), "%v", e)
		list = append(list, typed.Field)
	}
	return list
}

// drawActivities draws whole journals of two subjects, with corrections of
// corrections and retractions, numbered and recorded as a store does it.
func drawActivities(t *rapid.T) []timeline.Activity {
	var list []timeline.Activity
	recorded := map[string]time.Time{"C-1": start, "C-2": start}
	seq := map[string]uint64{}
	for range rapid.IntRange(0, 25).Draw(t, "n") {
		subject := rapid.SampledFrom([]string{"C-1", "C-2"}).Draw(t, "subject")
		seq[subject]++
		recorded[subject] = recorded[subject].Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "later")) * time.Hour)
		a := timeline.Activity{
			Subject: subject, Seq: seq[subject], Kind: rapid.SampledFrom(timeline.Kinds()).Draw(t, "kind"),
			At:       start.Add(time.Duration(rapid.IntRange(-12, 24).Draw(t, "at")) * time.Hour),
			Recorded: recorded[subject], Actor: rapid.SampledFrom([]string{"s-1", "s-2"}).Draw(t, "actor"),
			Contact:    rapid.SampledFrom([]string{"", "K-1"}).Draw(t, "contact"),
			Touchpoint: rapid.SampledFrom([]string{"hotline", "shop"}).Draw(t, "touchpoint"),
			Channel:    rapid.SampledFrom(timeline.Channels()).Draw(t, "channel"),
			Direction:  rapid.SampledFrom([]timeline.Direction{0, timeline.Inbound, timeline.Outbound, timeline.Internal}).Draw(t, "direction"),
			Outcome:    rapid.SampledFrom(timeline.Outcomes()).Draw(t, "outcome"),
			Text:       "text", Reason: "reason",
		}
		cur := rapid.SampledFrom([]money.Currency{money.CNY, money.USD}).Draw(t, "currency")
		amount := money.Amount{Minor: rapid.Int64Range(1, 1000).Draw(t, "minor"), Currency: cur}
		deal := rapid.SampledFrom([]string{"HT-1", "HT-2"}).Draw(t, "deal")
		switch a.Kind {
		case timeline.KindDeal:
			a.Deal = timeline.Deal{Number: deal, Amount: amount}
		case timeline.KindPrepayment:
			a.Prepayment = timeline.PrepaymentMove{Deal: deal, Movement: rapid.SampledFrom(timeline.Movements()).Draw(t, "movement"), Amount: amount}
		case timeline.KindDocument:
			a.Document = timeline.Document{Name: "name", MediaType: "text/plain", Size: 3, SHA256: timeline.SHA256{7}}
		case timeline.KindMailing:
			a.Mailing = timeline.Mailing{What: "what", Address: "address", Tracking: "tracking", Carrier: "ems"}
		}
		if rapid.Bool().Draw(t, "follow up") {
			a.Next = a.At.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "next")) * time.Hour)
		}
		if a.Seq > 1 && rapid.IntRange(0, 2).Draw(t, "correction") == 0 {
			a.Corrects = rapid.Uint64Range(1, a.Seq-1).Draw(t, "corrects")
			a.Retracted = rapid.IntRange(0, 3).Draw(t, "retracted") == 0
		}
		list = append(list, a)
	}
	return list
}
