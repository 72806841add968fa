package account

import (
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Stakeholder is a person of a customer as we see him during a time (干系人). A
// change of view is another Stakeholder whose From is the end of the one before.
//
// Preferences and Concerns are personal and cleared when the person is forgotten;
// all other fields are ids, codes and numbers.
type Stakeholder struct {
	Customer  string    `json:"customer"`
	Contact   string    `json:"contact"`           // id of the person
	Roles     []Role    `json:"roles,omitempty"`   // each once, in any order
	Influence int       `json:"influence"`         // 1, hardly any, to 5, decisive
	Attitude  Attitude  `json:"attitude,omitzero"` // to us
	From      time.Time `json:"from,omitzero"`     // since when this view holds; zero for ever
	To        time.Time `json:"to,omitzero"`       // before when; zero while it holds

	Preferences []string `json:"preferences,omitempty"` // 偏好: personal
	Concerns    []string `json:"concerns,omitempty"`    // 担忧: personal
}

// Validate reports everything wrong with s, joined; each is an [*Error]: an id
// that breaks the rules, an unknown role or one given twice, an influence outside
// 1 to 5, an unknown attitude, an end that is not after the beginning.
func (s Stakeholder) Validate() error {
	p := problems{item: -1}
	s.validate(&p)
	return p.join()
}

func (s *Stakeholder) validate(p *problems) {
	p.check(validID(s.Customer), "customer", notID)
	p.check(validID(s.Contact), "contact", notID)
	for i, r := range s.Roles {
		p.check(r.Valid(), "roles", "has one that is unknown")
		p.check(!slices.Contains(s.Roles[:i], r), "roles", "has one twice")
	}
	p.check(s.Influence >= 1 && s.Influence <= 5, "influence", "is not from 1 to 5")
	p.check(s.Attitude == 0 || attitudes.Valid(s.Attitude), "attitude", "is unknown")
	p.check(s.To.IsZero() || s.To.After(s.From), "to", "is not after from")
}

// ValidAt reports whether this view of the person holds at an instant.
func (s Stakeholder) ValidAt(at time.Time) bool {
	return !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To))
}

// Power reports whether the person is one of the power people.
func (s Stakeholder) Power() bool { return slices.ContainsFunc(s.Roles, Role.Power) }

// LogValue shows ids, roles and influence, and nothing personal.
func (s Stakeholder) LogValue() slog.Value {
	var roles []string // a slice of small numbers would be logged as bytes
	for _, r := range s.Roles {
		roles = append(roles, r.String())
	}
	return slog.GroupValue(slog.String("customer", s.Customer), slog.String("contact", s.Contact),
		slog.String("roles", strings.Join(roles, " ")), slog.Int("influence", s.Influence))
}

// Tie is how close one of ours is to one of theirs (联系).
type Tie struct {
	Ours       string    `json:"ours"`                  // staff id
	Theirs     string    `json:"theirs"`                // contact id
	Depth      Depth     `json:"depth,omitzero"`        // of their relationship
	LastTwoWay time.Time `json:"last_two_way,omitzero"` // when both last heard from each other; zero for never
}

func (t *Tie) validate(p *problems, at time.Time) {
	p.check(validID(t.Ours), "ours", notID)
	p.check(validID(t.Theirs), "theirs", notID)
	p.check(t.Depth == 0 || depths.Valid(t.Depth), "depth", "is unknown")
	p.check(!t.LastTwoWay.After(at), "last_two_way", "is after the instant asked")
}
