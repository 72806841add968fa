package loyaltytest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestScenarios plays the hard cases of a points programme through the services over
// a store, with exact expectations: expiry on the last day of a zone, refunds and
// clawbacks after the points were spent, double reversals, 32 buyers of the last
// piece, commits whose answer was lost. Each is a subtest with the number that it has
// in the specification, on a fresh and empty store from open.
func TestScenarios(t *testing.T, open func(t *testing.T) loyalty.Store) {
	t.Helper()
	for _, s := range []struct {
		name string
		play func(s *hardCase)
	}{
		{"O-01 last day in Shanghai", lastDay},
		{"O-02 month ends clamp", monthEnds},
		{"O-03 inactivity", inactivity},
		{"O-04 order of consumption", consumption},
		{"O-05 the job is late", lateJob},
		{"O-06 partial refunds", partialRefunds},
		{"O-07 clawback of spent points", spentClawback},
		{"O-08 paid partly with points", partlyPaid},
		{"O-09 double reversal", doubleReversal},
		{"O-10 pending points of a return", pendingReturn},
		{"O-11 one balance, 32 buyers", oneBalance},
		{"O-12 one key, 32 senders", oneKey},
		{"O-13 lost answers", lostAnswers},
		{"O-14 opposing transfers", opposing},
		{"O-15 rounding of 1.5 times", roundedMultiplier},
		{"O-16 level of rounding", roundingLevel},
		{"O-17 stacking", stacking},
		{"O-18 overflow", overflow},
		{"O-19 threshold and rolling window", rollingWindow},
		{"O-20 anniversary on a leap day", leapDay},
		{"O-21 soft landing", softLanding},
		{"O-22 lifetime tier", lifetimeTier},
		{"O-23 the last piece", lastPiece},
		{"O-24 contract liability", contractLiability},
	} {
		t.Run(s.name, func(t *testing.T) { s.play(&hardCase{T: t, open: open, watch: &hands{}}) })
	}
}

// hands are a clock that stands where it is put.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) put(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = t
}

// Wait does not wait.
func (h *hands) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// hardCase is a scenario on its way.
type hardCase struct {
	*testing.T
	open  func(t *testing.T) loyalty.Store
	watch *hands
	store loyalty.Store
	l     *loyalty.Loyalty
}

// till does everything.
func till() loyalty.Actor { return loyalty.Actor{ID: "till", Sees: loyalty.Everyone()} }

// begin opens a programme over a fresh store, at an instant, with members.
func (s *hardCase) begin(p loyalty.Programme, at string, members ...string) {
	s.Helper()
	s.store = s.open(s.T)
	s.over(s.store, p)
	s.at(at)
	for _, m := range members {
		_, err := s.l.Members.Enrol(s.Context(), till(), m, loyalty.Call{})
		s.must(err)
	}
}

// over changes the programme, or puts something between it and the store.
func (s *hardCase) over(store loyalty.Store, p loyalty.Programme) {
	s.Helper()
	l, err := loyalty.New(store, p, loyalty.Options{Clock: s.watch})
	s.must(err)
	s.l = l
}

// at puts the clock.
func (s *hardCase) at(text string) { s.Helper(); s.watch.put(s.instant(text)) }

func (s *hardCase) instant(text string) time.Time {
	s.Helper()
	t, err := time.Parse(time.RFC3339Nano, text)
	s.must(err)
	return t
}

func (s *hardCase) day(year int, month time.Month, day int) calendar.Day {
	s.Helper()
	d, err := calendar.Date(year, month, day)
	s.must(err)
	return d
}

func (s *hardCase) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *hardCase) zone(name string) *time.Location {
	s.Helper()
	zone, err := time.LoadLocation(name)
	s.must(err)
	return zone
}

// refused holds that a command failed with a sentinel, and left the account as it
// was.
func (s *hardCase) refused(id string, sentinel error, do func() error) error {
	s.Helper()
	before := s.account(id)
	err := do()
	if !errors.Is(err, sentinel) {
		s.Fatalf("got %v, want %v", err, sentinel)
	}
	after := s.account(id)
	if before.Head != after.Head || !sameState(before.State, after.State) {
		s.Fatalf("refused with %v, and the account went from %+v to %+v", err, before, after)
	}
	return err
}

// insufficient is refused with so many points available and requested.
func (s *hardCase) insufficient(id string, available, requested int64, do func() error) {
	s.Helper()
	var e *points.Error
	if err := s.refused(id, points.ErrInsufficient, do); !errors.As(err, &e) || e.Available != available || e.Requested != requested {
		s.Fatalf("%v does not say %d available and %d requested", err, available, requested)
	}
}

func sameState(a, b points.State) bool {
	x, errX := a.MarshalBinary()
	y, errY := b.MarshalBinary()
	return errX == nil && errY == nil && string(x) == string(y)
}

func (s *hardCase) account(id string) loyalty.Account {
	s.Helper()
	a, err := s.l.Points.Account(s.Context(), till(), id)
	s.must(err)
	return a
}

// has holds what an account comes to now.
func (s *hardCase) has(id string, available, balance, debt int64, left ...int64) {
	s.Helper()
	a := s.account(id)
	got := []int64{points.Available(a.State, s.watch.Now()), points.BalanceAt(a.State, s.watch.Now()), a.State.Debt}
	if got[0] != available || got[1] != balance || got[2] != debt {
		s.Fatalf("%s has available, balance and debt %v, want %d, %d, %d", id, got, available, balance, debt)
	}
	var lots []int64
	for _, l := range a.State.Lots {
		lots = append(lots, l.Left)
	}
	if len(left) > 0 {
		same := len(lots) == len(left)
		for i := 0; same && i < len(left); i++ {
			same = lots[i] == left[i]
		}
		if !same {
			s.Fatalf("%s has lots of %v, want %v", id, lots, left)
		}
	}
}

func (s *hardCase) earn(id string, cmd points.EarnCommand, key string) loyalty.Posted {
	s.Helper()
	p, err := s.l.Points.Earn(s.Context(), till(), id, cmd, loyalty.Call{Key: key})
	s.must(err)
	return p
}

func (s *hardCase) burn(id string, n int64, key string) loyalty.Posted {
	s.Helper()
	p, err := s.l.Points.Burn(s.Context(), till(), id, points.BurnCommand{Points: n}, loyalty.Call{Key: key})
	s.must(err)
	return p
}

func (s *hardCase) tryBurn(id string, n int64, key string) func() error {
	return func() error {
		_, err := s.l.Points.Burn(s.Context(), till(), id, points.BurnCommand{Points: n}, loyalty.Call{Key: key})
		return err
	}
}

func (s *hardCase) balanceAsOf(id, effective string, want int64) {
	s.Helper()
	got, err := s.l.Points.BalanceAsOf(s.Context(), till(), id, s.instant(effective), time.Time{})
	s.must(err)
	if got != want {
		s.Fatalf("the balance of %s as of %s is %d, want %d", id, effective, got, want)
	}
}

// postings counts the entries of an account.
func (s *hardCase) postings(id string) (list []points.Entry) {
	s.Helper()
	for p, err := range s.store.Postings(s.Context(), loyalty.PostingFilter{Account: id}) {
		s.must(err)
		list = append(list, p.Entry)
	}
	return list
}

// due runs the job and says how many entries it posted.
func (s *hardCase) due() int {
	s.Helper()
	r, err := s.l.Due.Run(s.Context(), till(), loyalty.DueOptions{})
	s.must(err)
	return r.Entries
}

// together runs n goroutines and counts who succeeds; the others fail with sentinel.
func (s *hardCase) together(n int, sentinel error, do func(i int) error) (succeeded int) {
	s.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			succeeded++
		case !errors.Is(err, sentinel):
			s.Errorf("got %v, want %v or success", err, sentinel)
		}
	}
	return succeeded
}

func (s *hardCase) equal(what string, got, want any) {
	s.Helper()
	if got != want {
		s.Fatalf("%s is %v, want %v", what, got, want)
	}
}
