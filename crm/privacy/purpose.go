package privacy

import (
	"cmp"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Purpose is one thing that personal data are used for (处理目的), PIPL article 6: it is
// stated, and what is given for it serves nothing else.
type Purpose struct {
	Code string `json:"code"` // valid UTF-8 without NUL of 1 to 64 bytes
	En   string `json:"en"`
	Zh   string `json:"zh"`

	Bases     []Basis   `json:"bases"`              // those that it may rest on, article 13; at least one
	Sensitive bool      `json:"sensitive,omitzero"` // has a need of sensitive data, article 28
	Notices   []Notice  `json:"notices,omitempty"`  // versions of the privacy notice; none: not versioned
	Retention Retention `json:"retention,omitzero"` // how long the data are kept, article 19
}

// Notice is one version of the privacy notice for a purpose (告知), PIPL article 17.
type Notice struct {
	Version int       `json:"version"` // 1, 2, 3 ...
	From    time.Time `json:"from"`    // in force from then until the next
	// Editorial: wording only. Purpose, method and categories are as before, so that
	// consent to an earlier version still serves (article 14).
	Editorial bool `json:"editorial,omitzero"`
}

// NoticeAt returns the lowest version to which consent serves at an instant: the last
// in force that is not editorial, and 0 where there is none.
func (p Purpose) NoticeAt(at time.Time) int {
	version := 0
	for _, n := range p.Notices {
		if !n.From.After(at) && !n.Editorial {
			version = n.Version
		}
	}
	return version
}

// Registry is the purposes of a company (处理目的登记). The zero value is empty. It is
// not changed after [NewRegistry] and may be used by several goroutines.
type Registry struct {
	purposes []Purpose // by code
}

// NewRegistry checks the purposes and holds a copy of them. Every fault is named,
// joined: ErrDuplicate for a second purpose of one code; ErrInvalid for a code of
// another form, a missing name, no basis or an unknown or repeated one, versions of
// the notice that are not 1, 2, 3 with rising instants and the first not editorial,
// and what [Retention.Validate] says.
func NewRegistry(purposes []Purpose) (*Registry, error) {
	sorted := slices.Clone(purposes)
	slices.SortStableFunc(sorted, func(a, b Purpose) int { return cmp.Compare(a.Code, b.Code) })
	var errs []error
	for i := range sorted {
		p := &sorted[i]
		p.Bases, p.Notices = slices.Clone(p.Bases), slices.Clone(p.Notices)
		v := checks{}
		if limit.Text(p.Code, 1, limit.Code) {
			v.code = p.Code
		}
		if v.code != "" && i > 0 && sorted[i-1].Code == p.Code {
			v.errs = append(v.errs, &Error{Code: p.Code, Field: "code", Reason: "is there twice", Err: ErrDuplicate})
		}
		v.must(v.code != "", "code", "is not a code")
		v.must(p.En != "" && utf8.ValidString(p.En), "en", "is missing")
		v.must(p.Zh != "" && utf8.ValidString(p.Zh), "zh", "is missing")
		v.must(len(p.Bases) > 0, "bases", "is missing")
		for j, b := range p.Bases {
			v.must(b.Valid() && !slices.Contains(p.Bases[:j], b), "bases", "unknown, or there twice")
		}
		for j, n := range p.Notices {
			v.must(n.Version == j+1, "notices", "are not numbered 1, 2, 3")
			v.must(!n.From.IsZero() && (j == 0 || n.From.After(p.Notices[j-1].From)), "notices", "are not in the order of time")
			v.must(j > 0 || !n.Editorial, "notices", "begin with an editorial one")
		}
		errs = append(errs, v.errs...)
		if err := p.Retention.Validate(); err != nil {
			errs = append(errs, invalid(v.code, "retention", "is not valid"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Registry{sorted}, nil
}

// Purposes returns all purposes in the order of their codes. Their slices are the
// registry's and are not to be changed.
func (r *Registry) Purposes() []Purpose { return slices.Clone(r.purposes) }

// Lookup returns the purpose of a code.
func (r *Registry) Lookup(code string) (Purpose, bool) {
	i, ok := slices.BinarySearchFunc(r.purposes, code, func(p Purpose, code string) int { return cmp.Compare(p.Code, code) })
	if !ok {
		return Purpose{}, false
	}
	return r.purposes[i], true
}

// Permitted is the function [Permitted] with what the registry knows of the purpose:
// its bases, the notice that holds at q.At, in the place of those of q, and that
// sensitive data are used only where it has a need of them (article 28).
// ErrNotFound where the purpose is not registered.
func (r *Registry) Permitted(entries []Consent, q Question) (Answer, error) {
	p, ok := r.Lookup(q.Purpose)
	if !ok {
		return Answer{}, &Error{Field: "purpose", Reason: "is not in the registry", Err: ErrNotFound}
	}
	q.Bases, q.Notice = p.Bases, p.NoticeAt(q.At)
	answer := Permitted(entries, q)
	if p.Sensitive {
		return answer, nil
	}
	for _, cat := range q.Categories {
		if !cat.Sensitive() {
			continue
		}
		if answer.Allowed {
			answer = Answer{}
		}
		answer.Reasons = append(answer.Reasons, Reason{NotNecessary, cat})
	}
	answer.tidy()
	return answer, nil
}
