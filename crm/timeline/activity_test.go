package timeline_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestValidKinds(t *testing.T) {
	for _, kind := range timeline.Kinds() {
		require.NoError(t, of(kind).Validate(), kind)
	}
	correction := contact()
	correction.Seq, correction.Corrects, correction.Reason = 4, 3, "wrong person"
	require.NoError(t, correction.Validate())
	retraction := timeline.Activity{Subject: "C-1", Kind: timeline.KindDeal, At: start, Actor: "s-1", Corrects: 3, Retracted: true, Reason: "never closed"}
	require.NoError(t, retraction.Validate())
	free := of(timeline.KindDeal)
	free.Deal.Amount.Minor = 0
	require.NoError(t, free.Validate(), "a deal may cost nothing")
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 256)
	tests := []struct {
		name  string
		kind  timeline.Kind
		spoil func(*timeline.Activity)
		want  []string
	}{
		{"no ids", timeline.KindContact, func(a *timeline.Activity) { a.Subject, a.Actor = "", "" }, []string{"subject", "actor"}},
		{"long ids", timeline.KindContact, func(a *timeline.Activity) { a.Subject, a.ID, a.Contact = long, long, long }, []string{"subject", "id", "contact"}},
		{"NUL in an id", timeline.KindContact, func(a *timeline.Activity) { a.Actor = "s\x001" }, []string{"actor"}},
		{"not UTF-8", timeline.KindContact, func(a *timeline.Activity) { a.Contact, a.Text = "\xff", "\xff" }, []string{"contact", "text"}},
		{"no kind", timeline.KindContact, func(a *timeline.Activity) { a.Kind = 0 }, []string{"kind"}},
		{"unknown enumerators", timeline.KindContact, func(a *timeline.Activity) { a.Kind, a.Channel, a.Direction, a.Outcome = 6, 11, 4, 7 }, []string{"kind", "channel", "direction", "outcome"}},
		{"no instant", timeline.KindContact, func(a *timeline.Activity) { a.At = time.Time{} }, []string{"at"}},
		{"follow-up at once", timeline.KindContact, func(a *timeline.Activity) { a.Next = a.At }, []string{"next"}},
		{"no touchpoint", timeline.KindContact, func(a *timeline.Activity) { a.Touchpoint = "" }, []string{"touchpoint"}},
		{"long touchpoint", timeline.KindContact, func(a *timeline.Activity) { a.Touchpoint = long[:65] }, []string{"touchpoint"}},
		{"contact without channel", timeline.KindContact, func(a *timeline.Activity) { a.Channel, a.Direction = 0, 0 }, []string{"channel", "direction"}},
		{"long text", timeline.KindContact, func(a *timeline.Activity) { a.Text = strings.Repeat("字", 1<<16) }, []string{"text"}},
		{"correction without reason", timeline.KindContact, func(a *timeline.Activity) { a.Seq, a.Corrects = 3, 3 }, []string{"corrects", "reason"}},
		{"retraction of nothing", timeline.KindContact, func(a *timeline.Activity) { a.Retracted = true }, []string{"corrects", "reason", "retracted"}},
		{"retraction with payload", timeline.KindDeal, func(a *timeline.Activity) { a.Retracted, a.Corrects, a.Reason, a.Touchpoint = true, 1, "x", "" }, []string{"deal"}},
		{"deal without currency", timeline.KindDeal, func(a *timeline.Activity) { a.Deal.Amount.Currency = 0 }, []string{"deal.amount"}},
		{"deal below zero", timeline.KindDeal, func(a *timeline.Activity) { a.Deal.Amount.Minor = -1 }, []string{"deal.amount"}},
		{"deal without number", timeline.KindDeal, func(a *timeline.Activity) { a.Deal.Number = "" }, []string{"deal.number"}},
		{"empty deal", timeline.KindDeal, func(a *timeline.Activity) { a.Deal = timeline.Deal{} }, []string{"deal.number", "deal.amount"}},
		{"prepayment of nothing", timeline.KindPrepayment, func(a *timeline.Activity) { a.Prepayment.Amount.Minor = 0 }, []string{"prepayment.amount"}},
		{"prepayment for no deal", timeline.KindPrepayment, func(a *timeline.Activity) { a.Prepayment.Deal, a.Prepayment.Movement = "", 4 }, []string{"prepayment.deal", "prepayment.movement"}},
		{"prepayment of no currency", timeline.KindPrepayment, func(a *timeline.Activity) { a.Prepayment.Amount.Currency = 7 }, []string{"prepayment.amount"}},
		{"empty document", timeline.KindDocument, func(a *timeline.Activity) { a.Document = timeline.Document{Size: -1} },
			[]string{"document.name", "document.media_type", "document.size", "document.sha256"}},
		{"empty mailing", timeline.KindMailing, func(a *timeline.Activity) { a.Mailing, a.Direction = timeline.Mailing{}, timeline.Internal }, []string{"direction", "mailing.what"}},
		{"delivered before sent", timeline.KindMailing, func(a *timeline.Activity) { a.Mailing.Delivered = start.Add(-1) }, []string{"mailing.delivered"}},
		{"carrier", timeline.KindMailing, func(a *timeline.Activity) { a.Mailing.Carrier = long }, []string{"mailing.carrier"}},
		{"payloads of other kinds", timeline.KindContact, func(a *timeline.Activity) {
			a.Deal, a.Prepayment = of(timeline.KindDeal).Deal, of(timeline.KindPrepayment).Prepayment
			a.Document, a.Mailing = of(timeline.KindDocument).Document, of(timeline.KindMailing).Mailing
		}, []string{"deal", "prepayment", "document", "mailing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := of(tt.kind)
			tt.spoil(&a)
			before := a
			err := a.Validate()
			require.ErrorIs(t, err, timeline.ErrInvalid)
			require.Equal(t, tt.want, fields(t, err))
			require.Equal(t, before, a)
		})
	}
}

func TestMediaTypes(t *testing.T) {
	for s, want := range map[string]bool{
		"application/pdf": true, "image/svg+xml": true, "application/vnd.ms-excel": true, "x/y": true,
		"": false, "/": false, "pdf": false, "a/": false, "/a": false, "a/b/c": false, "a b/c": false,
		"text/plain; charset=utf-8": false, ".a/b": false, "a/.b": false, "文/本": false,
	} {
		a := of(timeline.KindDocument)
		a.Document.MediaType = s
		require.Equal(t, want, a.Validate() == nil, s)
	}
}

// Whatever is personal goes with Redacted, comes back with With, and shows neither
// in a log nor in an error.
func TestNothingPersonalLeaks(t *testing.T) {
	const secret = "张三 13800138000"
	a := timeline.Activity{
		Subject: "C-1", Seq: 3, Kind: timeline.KindContact, Actor: "", Reason: secret, Text: secret,
		Document: timeline.Document{Name: secret, MediaType: secret},
		Mailing:  timeline.Mailing{What: secret, Address: secret, Tracking: secret, Carrier: secret},
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	a.Document.MediaType, a.Mailing.Carrier = "text/plain", "ems" // codes, not personal
	step := timeline.Step{Subject: "C-1", Plan: "p", Reason: secret}
	logger.Info("x", "activity", a, "document", a.Document, "mailing", a.Mailing, "private", a.Private(), "step", step)
	require.NotContains(t, log.String(), "张三")
	require.Contains(t, log.String(), `"private":true`)
	require.NotContains(t, a.Validate().Error(), "张三")
	require.NotContains(t, step.Validate().Error(), "张三")
	wrongColumn := timeline.Activity{Subject: strings.Repeat(secret, 20)}
	require.NotContains(t, wrongColumn.Validate().Error(), "张三")

	kept, err := json.Marshal(a.Redacted())
	require.NoError(t, err)
	require.NotContains(t, string(kept), "张三")
	require.Zero(t, a.Redacted().Private())
	require.Equal(t, a, a.Redacted().With(a.Private()))
	require.Equal(t, step.Plan, step.Redacted().Plan)
	require.Empty(t, step.Redacted().Reason)
}

func TestJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, a := range drawActivities(t) {
			text, err := json.Marshal(a)
			require.NoError(t, err)
			var back timeline.Activity
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, a, back)
			apart, err := json.Marshal(a.Private())
			require.NoError(t, err)
			var private timeline.Private
			require.NoError(t, json.Unmarshal(apart, &private))
			require.Equal(t, a, a.Redacted().With(private))
		}
	})
	text, err := json.Marshal(of(timeline.KindDocument))
	require.NoError(t, err)
	require.JSONEq(t, `{"subject":"C-1","kind":"document","at":"2026-05-04T00:00:00Z","actor":"s-1","touchpoint":"shop",
		"document":{"name":"合同.pdf","media_type":"application/pdf","size":0,"sha256":"01`+strings.Repeat("00", 31)+`"}}`, string(text))
}

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"contact联络", "deal成交", "prepayment预付款", "document上传资料", "mailing邮寄"},
		wording.Enum(t, 1, last(timeline.Kinds()), timeline.ErrInvalid))
	wording.Enum(t, 1, last(timeline.Channels()), timeline.ErrInvalid)
	wording.Enum(t, 1, last(timeline.Directions()), timeline.ErrInvalid)
	wording.Enum(t, 0, last(timeline.Outcomes()), timeline.ErrInvalid)
	wording.Enum(t, 1, last(timeline.Movements()), timeline.ErrInvalid)
	wording.Enum(t, 1, last(timeline.States()), timeline.ErrInvalid)
	require.False(t, timeline.Outcome(200).TwoWay())
}

func last[E any](list []E) E { return list[len(list)-1] }

func TestSHA256(t *testing.T) {
	var s timeline.SHA256
	digits := strings.Repeat("0a", 32)
	require.NoError(t, s.UnmarshalText([]byte(digits)))
	require.Equal(t, digits, s.String())
	for _, text := range []string{"0a", strings.ToUpper(digits), digits + "0a", strings.Repeat("0g", 32)} {
		require.ErrorIs(t, s.UnmarshalText([]byte(text)), timeline.ErrInvalid)
		require.Equal(t, digits, s.String(), "a refused text leaves the value")
	}
	require.NoError(t, s.UnmarshalText(nil))
	require.True(t, s.IsZero())
	require.Empty(t, s.String())
}

// Whatever the JSON, reading and validating answer, and what was read is written
// and read again as it was.
func FuzzActivityJSON(f *testing.F) {
	for _, kind := range timeline.Kinds() {
		text, err := json.Marshal(of(kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(`{"kind":"deal","deal":{"amount":{"amount":"1.2","currency":""}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var a timeline.Activity
		if json.Unmarshal([]byte(text), &a) != nil {
			return
		}
		valid := a.Validate() == nil
		again, err := json.Marshal(a)
		if err != nil {
			require.False(t, valid, "a valid activity is written: %v", err)
			return
		}
		var back timeline.Activity
		require.NoError(t, json.Unmarshal(again, &back))
		require.Equal(t, valid, back.Validate() == nil)
		require.True(t, a.At.Equal(back.At))
		a.At, back.At, a.Recorded, back.Recorded, a.Next, back.Next = start, start, start, start, start, start
		a.Mailing.Sent, a.Mailing.Delivered, back.Mailing.Sent, back.Mailing.Delivered = start, start, start, start
		require.Equal(t, a, back)
		require.Equal(t, a, a.Redacted().With(a.Private()))
	})
}

func TestMoneyIsDecimalText(t *testing.T) {
	text, err := json.Marshal(timeline.Deal{Number: "HT-1", Amount: money.Amount{Minor: 12050, Currency: money.CNY}})
	require.NoError(t, err)
	require.Equal(t, `{"number":"HT-1","amount":{"amount":"120.50","currency":"CNY"}}`, string(text))
}
