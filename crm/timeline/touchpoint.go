package timeline

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Touchpoint is one place at which customers meet us (接触点): the sales office, the
// hotline, the handing over of the keys. It is in force in [From, Until).
type Touchpoint struct {
	Code         string    `json:"code"` // valid UTF-8 without NUL of 1 to 64 bytes; never given to another touchpoint
	En           string    `json:"en"`
	Zh           string    `json:"zh"`
	Channel      Channel   `json:"channel,omitzero"`       // of all that passes there; zero where that varies
	JourneyStage string    `json:"journey_stage,omitzero"` // code of a stage of the customer's journey; "" for none
	From         time.Time `json:"from,omitzero"`          // zero: always was
	Until        time.Time `json:"until,omitzero"`         // zero: open
}

// Active reports whether the touchpoint is in force at an instant.
func (p Touchpoint) Active(at time.Time) bool {
	return notBefore(at, p.From) && (p.Until.IsZero() || at.Before(p.Until))
}

// Registry is the touchpoints of a company (接触点登记表). The zero value is empty. It
// is not changed after [NewRegistry] and may be used by several goroutines.
type Registry struct {
	points []Touchpoint // by code
}

// RegistryOptions say what else a registry is held against.
type RegistryOptions struct {
	// Stages are the codes of the customer's journey; each touchpoint then has to
	// name one of them or none. Nil: not checked.
	Stages []string
}

// NewRegistry checks the touchpoints and holds a copy of them. Every fault is
// named, joined: ErrDuplicate for a second touchpoint of one code; ErrInvalid for a
// code of another form, a missing name, an unknown channel or stage, and an end
// that is not after the beginning.
func NewRegistry(points []Touchpoint, opts RegistryOptions) (*Registry, error) {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b Touchpoint) int { return cmp.Compare(a.Code, b.Code) })
	var errs []error
	for i, p := range sorted {
		code := p.Code
		if !limit.Text(code, 1, limit.Code) {
			code = ""
		}
		must := func(ok bool, field, reason string, err error) {
			if !ok {
				errs = append(errs, &Error{Code: code, Field: field, Reason: reason, Err: err})
			}
		}
		must(code != "", "code", "is not a code", ErrInvalid)
		must(i == 0 || code == "" || sorted[i-1].Code != p.Code, "code", "is there twice", ErrDuplicate)
		must(p.En != "" && utf8.ValidString(p.En), "en", "is missing", ErrInvalid)
		must(p.Zh != "" && utf8.ValidString(p.Zh), "zh", "is missing", ErrInvalid)
		must(p.Channel == 0 || p.Channel.Valid(), "channel", "unknown", ErrInvalid)
		must(p.JourneyStage == "" || opts.Stages == nil || slices.Contains(opts.Stages, p.JourneyStage), "journey_stage", "unknown", ErrInvalid)
		must(p.Until.IsZero() || p.Until.After(p.From), "until", "is not after from", ErrInvalid)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return &Registry{sorted}, nil
}

// Touchpoints returns all touchpoints in the order of their codes.
func (r *Registry) Touchpoints() []Touchpoint { return slices.Clone(r.points) }

// Lookup returns the touchpoint of a code.
func (r *Registry) Lookup(code string) (Touchpoint, bool) {
	i, ok := slices.BinarySearchFunc(r.points, code, func(p Touchpoint, code string) int { return cmp.Compare(p.Code, code) })
	if !ok {
		return Touchpoint{}, false
	}
	return r.points[i], true
}

// Check holds an activity that is to be recorded against the registry: ErrNotFound
// where it names no known touchpoint; ErrInvalid where that is not in force at At,
// or has another channel. A retraction names none and passes.
func (r *Registry) Check(a Activity) error {
	if a.Retracted {
		return nil
	}
	p, ok := r.Lookup(a.Touchpoint)
	v := validator{subject: a.Subject}
	fail := func(field, reason string, err error) error {
		return &Error{Subject: v.id(), Seq: a.Seq, Code: p.Code, Field: field, Reason: reason, Err: err}
	}
	switch {
	case !ok:
		return fail("touchpoint", "is not in the registry", ErrNotFound)
	case !p.Active(a.At):
		return fail("touchpoint", "is not in force", ErrInvalid)
	case p.Channel != 0 && p.Channel != a.Channel:
		return fail("channel", "is not the touchpoint's", ErrInvalid)
	}
	return nil
}

// Usage is how often a touchpoint was used.
type Usage struct {
	Code  string    `json:"code"`
	Known bool      `json:"known"` // is in the registry
	Count int       `json:"count"`
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Inactive counts the activities at instants at which it was not in force.
	Inactive int `json:"inactive"`
}

// Usage counts the activities of t at each touchpoint, unused ones and those that
// the registry does not know included, in the order of their codes. The counts add
// up to t.Len().
func (r *Registry) Usage(t *Timeline) []Usage {
	uses := make(map[string]*Usage, len(r.points))
	for _, p := range r.points {
		uses[p.Code] = &Usage{Code: p.Code, Known: true}
	}
	for _, a := range t.all {
		u := uses[a.Touchpoint]
		if u == nil {
			u = &Usage{Code: a.Touchpoint}
			uses[a.Touchpoint] = u
		}
		if u.Count == 0 {
			u.First = a.At
		}
		u.Last = a.At
		u.Count++
		if u.Known {
			if p, _ := r.Lookup(a.Touchpoint); !p.Active(a.At) {
				u.Inactive++
			}
		}
	}
	list := make([]Usage, 0, len(uses))
	for _, code := range slices.Sorted(maps.Keys(uses)) {
		list = append(list, *uses[code])
	}
	return list
}

// Findings returns what is wrong between the registry and what was recorded in t,
// as of a day whose last instant is at, in the order of [finding.Compare]: of severity
// warning TML-TOUCHPOINT-UNKNOWN and TML-TOUCHPOINT-INACTIVE; of severity info
// TML-TOUCHPOINT-UNUSED about a touchpoint that is in force at the instant at and
// that no activity names. The subject is the touchpoint's code.
func (r *Registry) Findings(t *Timeline, asOf calendar.Day, at time.Time) []finding.Finding {
	var found []finding.Finding
	for _, u := range r.Usage(t) {
		add := func(code string, severity finding.Severity, params ...finding.Param) {
			found = append(found, finding.Finding{Code: code, Severity: severity, Subject: u.Code, AsOf: asOf, Params: params})
		}
		p, _ := r.Lookup(u.Code)
		switch {
		case !u.Known:
			add(codeUnknown, finding.Warning, finding.Int("times", int64(u.Count)))
		case u.Inactive > 0:
			add(codeNotInForce, finding.Warning, finding.Int("times", int64(u.Inactive)))
		case u.Count == 0 && p.Active(at):
			add(codeUnused, finding.Info)
		}
	}
	slices.SortFunc(found, finding.Compare)
	return found
}
