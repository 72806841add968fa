package lead_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// fair is the form that most tests below fill in.
func fair() lead.Form {
	return lead.Form{ID: "fair", Version: 2, En: "Spring fair", Zh: "春季展会", Source: "fair-2026", Touchpoint: "booth", Channel: timeline.Web,
		Fields: []lead.Field{
			{Name: "name", Kind: lead.PersonName, Required: true, Max: 10},
			{Name: "company", Kind: lead.CompanyName},
			{Name: "mobile", Kind: lead.Phone, Required: true},
			{Name: "mail", Kind: lead.Email},
			{Name: "code", Kind: lead.CreditCode},
			{Name: "wish", Kind: lead.Text},
			{Name: "industry", Kind: lead.Choice, Choices: []string{"retail", "trade"}},
			{Name: "budget", Kind: lead.Number},
			{Name: "birthday", Kind: lead.Date, Personal: true},
			{Name: "visit", Kind: lead.YesNo},
		},
		Purposes: []lead.Purpose{{Code: "contact", Required: true, Versions: []int{2, 3}}, {Code: "marketing", Versions: []int{1}}},
	}
}

func filled(values ...string) lead.Submission {
	s := lead.Submission{Form: "fair", Version: 2, Origin: "booth-1", Values: map[string]string{"name": "张三", "mobile": "138 0013 8000"},
		Consents: []lead.Tick{{Purpose: "contact", Version: 3}}}
	for i := 0; i < len(values); i += 2 {
		s.Values[values[i]] = values[i+1]
	}
	return s
}

func TestSalesO17(t *testing.T) {
	form := fair()
	form.Limit = lead.Limit{Tries: 5, Per: time.Minute, Burst: 5}
	var throttle lead.Throttle
	for i, c := range []struct{ at, wait float64 }{{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 12}, {11, 1}, {12, 0}, {12, 12}, {40, 0}, {41, 0}} {
		data, next, err := form.Capture(filled(), throttle, start.Add(seconds(c.at)))
		if c.wait > 0 {
			wait, throttled := lead.Throttled(err)
			require.True(t, throttled, "try %d", i)
			require.ErrorIs(t, err, lead.ErrThrottled)
			require.Equal(t, seconds(c.wait), wait, "try %d", i)
			require.Equal(t, throttle, next, "a refused try changes nothing")
			continue
		}
		require.NoError(t, err, "try %d", i)
		require.Equal(t, "张三", data.Person)
		throttle = next
	}
	// An invalid submission is a try like others.
	_, next, err := form.Capture(filled("mobile", "none"), throttle, start.Add(time.Hour))
	require.ErrorIs(t, err, lead.ErrInvalid)
	require.NotEqual(t, throttle, next)
}

// TestThrottleExact holds the algorithm against one in fractions, also where the interval
// is no whole number of microseconds, and its answer against the next try.
func TestThrottleExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := lead.Limit{Tries: rapid.Int64Range(1, 97).Draw(t, "tries"), Per: time.Duration(rapid.Int64Range(1, 5000).Draw(t, "per")) * time.Microsecond,
			Burst: rapid.Int64Range(0, 20).Draw(t, "burst")}
		burst := l.Burst
		if burst == 0 {
			burst = l.Tries
		}
		interval := big.NewRat(l.Per.Microseconds(), l.Tries)
		tau := new(big.Rat).Mul(interval, big.NewRat(burst-1, 1))
		var state lead.Throttle
		var tat *big.Rat
		now := start
		for range 60 {
			now = now.Add(time.Duration(rapid.Int64Range(0, 400).Draw(t, "gap")) * time.Microsecond)
			at := big.NewRat(now.UnixMicro(), 1)
			accept := tat == nil || at.Cmp(new(big.Rat).Sub(tat, tau)) >= 0
			next, err := l.Try(state, now)
			require.Equal(t, accept, err == nil)
			if !accept {
				wait, _ := lead.Throttled(err)
				require.Equal(t, state, next)
				_, err = l.Try(state, now.Add(wait-time.Microsecond))
				require.ErrorIs(t, err, lead.ErrThrottled)
				_, err = l.Try(state, now.Add(wait))
				require.NoError(t, err)
				continue
			}
			if tat == nil || tat.Cmp(at) < 0 {
				tat = at
			}
			tat = new(big.Rat).Add(tat, interval)
			state = next
			kept := new(big.Rat).Add(big.NewRat(state.At.UnixMicro(), 1), big.NewRat(state.Part, state.Of))
			require.Zero(t, tat.Cmp(kept))
		}
	})
}

func TestThrottleLimits(t *testing.T) {
	none, err := lead.Limit{}.Try(lead.Throttle{}, start)
	require.NoError(t, err)
	require.Zero(t, none)
	for _, bad := range []lead.Limit{{Tries: 1}, {Per: time.Second}, {Tries: -1, Per: time.Second}, {Tries: 1, Per: 1500 * time.Nanosecond},
		{Tries: 1, Per: time.Second, Burst: -1}, {Tries: 1, Per: 1001 * 24 * time.Hour}, {Tries: 100_001, Per: time.Hour}} {
		_, err = bad.Try(lead.Throttle{}, start)
		require.ErrorIs(t, err, lead.ErrInvalid)
	}
	_, err = lead.Limit{Tries: 1, Per: time.Second}.Try(lead.Throttle{}, time.Time{})
	require.ErrorIs(t, err, lead.ErrInvalid)
	// The largest limit neither overflows nor forgets.
	most := lead.Limit{Tries: 100_000, Per: 1000 * 24 * time.Hour}
	var state lead.Throttle
	for range 100_000 {
		state, err = most.Try(state, start)
		require.NoError(t, err)
	}
	_, err = most.Try(state, start)
	wait, _ := lead.Throttled(err)
	require.Equal(t, 864*time.Second, wait)
	// Another limit rounds up.
	state, err = lead.Limit{Tries: 3, Per: 10 * time.Microsecond}.Try(lead.Throttle{}, start)
	require.NoError(t, err)
	require.Equal(t, lead.Throttle{At: start.Add(3 * time.Microsecond), Part: 1, Of: 3}, state)
	state, err = lead.Limit{Tries: 2, Per: 10 * time.Microsecond, Burst: 2}.Try(state, start)
	require.NoError(t, err)
	require.Equal(t, lead.Throttle{At: start.Add(9 * time.Microsecond), Of: 2}, state)
}

func TestCaptureReads(t *testing.T) {
	data, _, err := fair().Capture(filled("company", " 华信科技 ", "mail", "Zhang@Example.COM", "wish", "call me", "industry", "retail",
		"budget", "1200.50", "birthday", "1990-02-28", "visit", "true"), lead.Throttle{}, start)
	require.NoError(t, err)
	phone, _ := party.NewIdentifier(party.Phone, "", "13800138000")
	mail, _ := party.NewIdentifier(party.Email, "", "zhang@example.com")
	want := lead.Data{Form: "fair", Version: 2, Source: "fair-2026", Person: "张三", Company: "华信科技", Identifiers: []party.Identifier{phone, mail},
		Notes: map[string]string{"wish": "call me", "birthday": "1990-02-28"}, Answers: map[string]string{"industry": "retail", "budget": "1200.5", "visit": "true"},
		Consents: []lead.Tick{{"contact", 3}}}
	require.Equal(t, want, data)
	require.Equal(t, []string{mail.ClaimKey(), phone.ClaimKey()}, data.ClaimKeys())
	require.Equal(t, []string{"张三", "华信科技", phone.Value, mail.Value, "1990-02-28", "call me"}, data.Strings())

	text, err := json.Marshal(data)
	require.NoError(t, err)
	var back lead.Data
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, data, back)
	erased, err := json.Marshal(data.Erased())
	require.NoError(t, err)
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "data", data, "submission", filled())
	for _, s := range data.Strings() {
		require.NotContains(t, string(erased), s)
		require.NotContains(t, log.String(), s)
	}
	require.Contains(t, string(erased), "retail")
	person, company, masked := data.Masked()
	require.Equal(t, []any{"张*", "华信科技", phone.Masked()}, []any{person, company, masked[0]})
}

// What a submission calls a field or purpose that the form does not have may be anything:
// only what could be the name of one is repeated.
func TestCaptureRepeatsNoStrangeName(t *testing.T) {
	for _, name := range []string{"13800138000", "张三", "Zhang San", "a\nlevel=ERROR", strings.Repeat("a", 300), "\xff"} {
		s := filled(name, "x")
		s.Consents = append(s.Consents, lead.Tick{Purpose: name, Version: 1})
		_, _, err := fair().Capture(s, lead.Throttle{}, start)
		require.ErrorIs(t, err, lead.ErrInvalid)
		require.NotContains(t, err.Error(), name)
		require.Contains(t, err.Error(), "values: field is not known")
		require.Contains(t, err.Error(), "consents: purpose is not known")
	}
}

func TestCaptureReportsEverything(t *testing.T) {
	s := filled("name", strings.Repeat("长", 11), "mobile", "", "mail", "nobody", "code", "91110105MA01ABCD5", "industry", "mining",
		"budget", "1e999", "birthday", "2026-02-30", "visit", "maybe", "secret", "x")
	s.Consents = []lead.Tick{{"marketing", 7}, {"marketing", 1}, {"sharing", 1}}
	_, _, err := fair().Capture(s, lead.Throttle{}, start)
	var got []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var typed *lead.Error
		require.True(t, errors.As(e, &typed))
		got = append(got, typed.Code+" "+typed.ID)
		require.NotContains(t, typed.Text(finding.English), "LEAD")
		require.NotContains(t, typed.Text(finding.Chinese), "{")
	}
	require.Equal(t, []string{"LEAD-UNKNOWN secret", "LEAD-LONG name", "LEAD-MISSING mobile", "LEAD-FORMAT mail", "LEAD-FORMAT code", "LEAD-CHOICE industry",
		"LEAD-FORMAT budget", "LEAD-FORMAT birthday", "LEAD-CHOICE visit", "LEAD-NOTICE marketing", "LEAD-REPEATED marketing", "LEAD-UNKNOWN sharing",
		"LEAD-CONSENT contact"}, got)
	for _, value := range s.Values {
		if len(value) > 3 {
			require.NotContains(t, err.Error(), value)
		}
	}

	empty := fair()
	for i := range empty.Fields {
		empty.Fields[i].Required = false
	}
	_, _, err = empty.Capture(lead.Submission{Form: "fair", Version: 2, Values: map[string]string{"wish": "?"}, Consents: []lead.Tick{{"contact", 2}}}, lead.Throttle{}, start)
	require.ErrorIs(t, err, lead.ErrIncomplete)
	_, _, err = fair().Capture(lead.Submission{Form: "fair", Version: 1}, lead.Throttle{}, start)
	require.ErrorIs(t, err, lead.ErrInvalid)
}

func TestFormValidate(t *testing.T) {
	require.NoError(t, fair().Validate())
	require.NoError(t, lead.CheckForms([]lead.Form{fair()}))
	require.ErrorIs(t, lead.CheckForms([]lead.Form{fair(), fair()}), lead.ErrDuplicate)
	bad := fair().Clone()
	bad.ID, bad.Version, bad.Touchpoint, bad.Channel, bad.Source = "", 0, "", 0, "Big Fair"
	bad.Fields = append(bad.Fields, lead.Field{Name: "name", Kind: lead.PersonName}, lead.Field{Name: "pick", Kind: lead.Choice}, lead.Field{Name: "x y", Max: 9999})
	bad.Purposes[0].Versions = nil
	err := bad.Validate()
	require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 11)
	require.NoError(t, fair().Validate(), "a clone shares nothing")
	_, _, err = bad.Capture(filled(), lead.Throttle{}, start)
	require.ErrorIs(t, err, lead.ErrInvalid)
}

func TestSettle(t *testing.T) {
	possible := []lead.Match{{ID: "l2", Code: "name"}, {ID: "l1", Code: "name"}, {ID: "l1", Code: "address"}, {Customer: true, ID: "l1"}}
	got, err := lead.Settle(possible)
	require.NoError(t, err)
	require.Equal(t, lead.Settlement{Outcome: lead.Created, Possible: []lead.Match{{Customer: true, ID: "l1"}, {ID: "l1", Code: "address"}, {ID: "l2", Code: "name"}}}, got)
	certain := append(possible, lead.Match{ID: "l0", Certain: true}, lead.Match{ID: "c9", Customer: true, Certain: true}, lead.Match{ID: "c8", Customer: true, Certain: true})
	for range 3 {
		got, err = lead.Settle(certain)
		require.NoError(t, err)
		require.Equal(t, lead.Settlement{Outcome: lead.Attached, To: lead.Match{ID: "c8", Customer: true, Certain: true}}, got)
		certain = append(certain[3:], certain[:3]...)
	}
	got, err = lead.Settle(nil)
	require.NoError(t, err)
	require.Equal(t, lead.Created, got.Outcome)
	_, err = lead.Settle([]lead.Match{{Certain: true}})
	require.ErrorIs(t, err, lead.ErrInvalid)
}

func TestConvert(t *testing.T) {
	phone, _ := party.NewIdentifier(party.Phone, "", "13800138000")
	person := lead.Data{Source: "fair", Person: "张三", Identifiers: []party.Identifier{phone}}
	both := person
	both.Company = "华信"
	type made struct {
		customer, person string // type and number of identifiers
		contact          bool
		err              error
	}
	show := func(p *party.Profile) string {
		if p == nil {
			return ""
		}
		require.NoError(t, p.Validate())
		require.Equal(t, "fair", p.Source)
		return fmt.Sprintf("%v%d", p.Type, len(p.Identifiers))
	}
	for name, c := range map[string]struct {
		data lead.Data
		plan lead.Plan
		want made
	}{
		"person":                        {person, lead.Plan{}, made{customer: "person1"}},
		"organisation with contact":     {both, lead.Plan{}, made{"organisation0", "person1", true, nil}},
		"organisation alone":            {both, lead.Plan{Alone: true}, made{customer: "organisation1"}},
		"link":                          {person, lead.Plan{Customer: "c1"}, made{}},
		"link, person becomes contact":  {person, lead.Plan{Customer: "c1", Role: party.ContactPurchasing}, made{"", "person1", true, nil}},
		"link both":                     {both, lead.Plan{Customer: "c1", Person: "c2"}, made{contact: true}},
		"new organisation, link person": {both, lead.Plan{Person: "c2", Title: "CTO"}, made{"organisation0", "", true, nil}},
		"no organisation":               {person, lead.Plan{Role: party.ContactFinance}, made{err: lead.ErrIncomplete}},
		"no person":                     {lead.Data{Company: "x"}, lead.Plan{Role: party.ContactFinance}, made{err: lead.ErrIncomplete}},
		"nobody":                        {lead.Data{Identifiers: person.Identifiers}, lead.Plan{}, made{err: lead.ErrIncomplete}},
		"title of nobody":               {person, lead.Plan{Title: "CTO"}, made{err: lead.ErrInvalid}},
		"unknown role":                  {both, lead.Plan{Role: 99}, made{err: lead.ErrInvalid}},
	} {
		got, err := c.data.Convert(c.plan)
		require.ErrorIs(t, err, c.want.err, name)
		require.Equal(t, c.want, made{show(got.Customer), show(got.Person), got.Contact, c.want.err}, name)
	}
}

func TestUnassigned(t *testing.T) {
	r, err := owner.TeamRouter(owner.RoundRobin, "a")
	require.NoError(t, err)
	routing, err := r.Assign([]owner.Item{{Customer: "l2"}, {Customer: "l1"}}, nil, nil, start)
	require.NoError(t, err)
	require.ErrorIs(t, routing.Err(), owner.ErrNoCandidate)
	found := lead.Unassigned(routing, calendar.MustDate(2026, 3, 1))
	require.Len(t, found, 2)
	for i, f := range found {
		require.NoError(t, f.Validate())
		require.Equal(t, fmt.Sprint("l", i+1), f.Subject)
		text, err := lead.Catalogue().Render(f, finding.Chinese)
		require.NoError(t, err)
		require.Equal(t, "该线索未能分配：组内无人可接收", text)
	}
}

func TestMachine(t *testing.T) {
	require.NoError(t, lead.Definition().Validate())
	require.NotNil(t, lead.Machine())
	require.NoError(t, lead.Catalogue().Validate())
	to := map[lead.State][]lead.State{}
	for _, tr := range lead.Definition().Transitions {
		to[tr.From] = append(to[tr.From], tr.To)
	}
	for _, s := range lead.States() {
		require.Equal(t, s.Open(), len(to[s]) > 0, s)
		if s.Open() {
			require.Contains(t, to[s], lead.Disqualified)
		}
	}
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, 1, lead.YesNo, lead.ErrInvalid)
	wording.Enum(t, 1, lead.Nurture, lead.ErrInvalid)
	wording.Enum(t, 1, lead.OtherReason, lead.ErrInvalid)
	wording.Enum(t, 1, lead.Refused, lead.ErrInvalid)
}

// FuzzCapture: whatever is submitted, nothing panics, nothing is repeated in an error,
// and what is accepted can be kept.
func FuzzCapture(f *testing.F) {
	f.Add("张三", "13800138000", "a@b.cn", "12", "2026-01-01")
	f.Add("\xff", "0", "@", "1e9999", "0000-00-00")
	f.Fuzz(func(t *testing.T, name, mobile, mail, number, date string) {
		data, _, err := fair().Capture(filled("name", name, "mobile", mobile, "mail", mail, "budget", number, "birthday", date), lead.Throttle{}, start)
		if err != nil {
			var typed *lead.Error
			require.True(t, errors.As(err, &typed))
			return
		}
		for _, i := range data.Identifiers {
			require.NoError(t, i.Validate())
		}
		text, err := json.Marshal(data)
		require.NoError(t, err)
		var back lead.Data
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, data, back)
	})
}

func BenchmarkTry(b *testing.B) {
	l := lead.Limit{Tries: 7, Per: time.Microsecond * 10, Burst: 3}
	var t lead.Throttle
	b.ReportAllocs()
	for i := range b.N {
		var err error
		if t, err = l.Try(t, start.Add(time.Duration(i)*2*time.Microsecond)); err != nil {
			b.Fatal(err)
		}
	}
}
