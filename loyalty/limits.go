package loyalty

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Verdict says what becomes of a command (判定). The zero value lets it through; of
// several verdicts, the greatest holds.
type Verdict uint8

const (
	Pass   Verdict = iota // it is done 放行
	Review                // it is done so that it can be undone, and waits for somebody to look at it 人工审核
	Refuse                // ErrLimit 拒绝
)

var verdicts = enum.New[Verdict]("verdict", unknown, enum.Names{
	{"pass", "放行"}, {"review", "人工审核"}, {"refuse", "拒绝"},
})

// Valid reports whether v is one of the three.
func (v Verdict) Valid() bool { return verdicts.Valid(v) }

// String returns the code, and ? for a number that is no verdict.
func (v Verdict) String() string { return verdicts.Code(v) }

// Zh returns the Chinese name, and ? for a number that is no verdict.
func (v Verdict) Zh() string { return verdicts.Zh(v) }

// MarshalText writes the form of String; a number that is no verdict is ErrInvalid.
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.Marshal(v) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (v *Verdict) UnmarshalText(text []byte) error { return verdicts.Unmarshal(v, text) }

// Limit is how much one account may do in so much time, against fraud (风控限额). It
// counts the entries of the account's own journal that were recorded within the
// time before the command, and the command itself: in the version of the account
// that the command changes, so that no number of commands at once gets past it. What
// was undone since still counts.
type Limit struct {
	Code string `json:"code"` // of the limit; [Review] and errors name it

	// Kinds are the entries that count, and the commands that are limited: of
	// points.KindEarn, KindBurn, KindAdjust and KindTransferOut. A hold counts as a
	// burn, and is limited as one; what is captured was counted with its hold.
	Kinds []points.Kind `json:"kinds"`

	Count  int64         `json:"count,omitzero"`  // at most so many; 0 for no limit of them
	Points int64         `json:"points,omitzero"` // at most so many points together; 0 for no limit of them
	Within time.Duration `json:"within"`          // in so much time until now, above 0
	Then   Verdict       `json:"then"`            // what becomes of the command that goes beyond: Review or Refuse
}

// Validate reports everything wrong with the limit, joined; each is an *[Error] with
// [ErrInvalid].
func (l Limit) Validate() error {
	var errs []error
	must := func(ok bool, field, reason string) {
		if !ok {
			errs = append(errs, &Error{Field: field, Reason: reason, Err: ErrInvalid})
		}
	}
	must(limit.IsCode(l.Code), "code", "of a limit is no code")
	must(len(l.Kinds) > 0, "kinds", "of a limit are none")
	for _, k := range l.Kinds {
		must(k == points.KindEarn || k == points.KindBurn || k == points.KindAdjust || k == points.KindTransferOut,
			"kinds", "of a limit has one that is not limited: "+k.String())
	}
	must(l.Count >= 0 && l.Points >= 0 && l.Count+l.Points != 0, "count", "and points of a limit are below 0, or both 0")
	must(l.Within > 0, "within", "of a limit is not above 0")
	must(l.Then == Review || l.Then == Refuse, "then", "of a limit is neither review nor refuse")
	return errors.Join(errs...)
}

func validLimits(limits []Limit) error {
	var errs []error
	codes := map[string]bool{}
	for _, l := range limits {
		errs = append(errs, l.Validate())
		if codes[l.Code] {
			errs = append(errs, &Error{Field: "limits", Reason: "the code " + l.Code + " stands twice", Err: ErrInvalid})
		}
		codes[l.Code] = true
	}
	return errors.Join(errs...)
}

// counts returns how many points an entry counts for under the limit, and whether it
// counts at all.
func (l *Limit) counts(e *points.Entry) (n int64, ok bool) {
	kind, n := e.Kind, e.Amount
	if kind == points.KindHold {
		kind, n = points.KindBurn, e.Held
	}
	return max(n, -n), slices.Contains(l.Kinds, kind)
}

// exceeded asks all limits about n points more of a kind in an account, and returns
// the gravest verdict with the code of the first limit that has it. The journal is
// that of the version of a.
func (c *core) exceeded(ctx context.Context, a *Account, kind points.Kind, n int64, now time.Time) (worst Verdict, code string, err error) {
	for i := range c.programme.Limits {
		l := &c.programme.Limits[i]
		if l.Then <= worst || !slices.Contains(l.Kinds, kind) {
			continue
		}
		beyond, err := c.beyond(ctx, a, l, n, now)
		if err != nil {
			return Pass, "", err
		}
		if beyond {
			worst, code = l.Then, l.Code
		}
	}
	return worst, code, nil
}

// beyond reports whether n points more go beyond a limit.
func (c *core) beyond(ctx context.Context, a *Account, l *Limit, n int64, now time.Time) (bool, error) {
	count, left := l.Count-1, l.Points-n // what the command leaves of the limit
	over := func() bool { return l.Count > 0 && count < 0 || l.Points > 0 && left < 0 }
	if over() {
		return true, nil
	}
	// What was recorded at the beginning of the window is out of it: a limit of one a
	// day is free again after a day.
	from := Instant(later(now, a.State.Recorded).Add(-l.Within)).Add(time.Microsecond)
	for p, err := range c.store.Postings(ctx, PostingFilter{Account: a.ID, RecordedFrom: from}) {
		if err != nil {
			return false, err
		}
		if p.Entry.Seq > a.State.Seq {
			break // posted since; the commit will conflict
		}
		if used, ok := l.counts(&p.Entry); ok {
			if count, left = count-1, left-min(used, max(left, 0)+1); over() {
				return true, nil
			}
		}
	}
	return false, nil
}

// refused is the error of a command that a limit or the screen refuses.
func refused(account string, code string, why Verdict) error {
	reason := "is reached"
	if why == Review {
		reason = "asks for a review, and this command cannot wait for one"
	}
	return &Error{Subject: Subject{KindAccount, account}, Field: code, Reason: reason, Err: ErrLimit}
}
