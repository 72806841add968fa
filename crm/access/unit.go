package access

import (
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Unit is a department, branch or company of the organisation (组织单元). Its JSON
// names are stable.
type Unit struct {
	ID     string `json:"id"`               // valid UTF-8 without NUL and '/', 1 to 254 bytes, compared as bytes
	Parent string `json:"parent,omitempty"` // the unit of which it is a part; "" for a root, such as each company of a group
	Name   string `json:"name,omitempty"`   // in English
	Zh     string `json:"zh,omitempty"`     // in Chinese
}

// Staff is a member of staff, or a partner's person, as an actor: where and when he
// works and which roles he has. Its JSON names are stable; nothing in it is personal
// data but the opaque id.
type Staff struct {
	ID        string      `json:"id"`                  // valid UTF-8 without NUL, 1 to 255 bytes
	Units     []string    `json:"units,omitempty"`     // ids of the units in which he works
	Roles     []string    `json:"roles,omitempty"`     // names, see [Role]
	Temporary []Temporary `json:"temporary,omitempty"` // roles for a time 临时授权
	// Partner marks somebody who works for another company (合作伙伴): his access has
	// to end (Until is required), he never exports, and whatever level he is granted
	// ends at the units he works in and below them.
	Partner bool      `json:"partner,omitzero"`
	From    time.Time `json:"from,omitzero"`  // first instant of the work; zero: since ever
	Until   time.Time `json:"until,omitzero"` // first instant after it, see [LastDay]; zero: open
}

// Temporary is a role that somebody has during [From, Until): a stand-in, an audit.
type Temporary struct {
	Role  string    `json:"role"`
	From  time.Time `json:"from,omitzero"` // zero: since ever
	Until time.Time `json:"until"`         // required
}

// ActiveAt reports whether he works at an instant.
func (s Staff) ActiveAt(at time.Time) bool { return holds(s.From, s.Until, at) }

// Validate reports everything wrong with s by itself, joined; each is an [*Error]
// that wraps ErrInvalid: an id of another form than stated, an interval that is empty
// or runs backward, a temporary role without an end, a partner without an end.
func (s Staff) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(s.ID), field, reason))
		}
	}
	check(!validID(s.ID), "staff", badID)
	for _, id := range s.Units {
		check(!validID(id), "unit", badID)
	}
	for _, name := range s.Roles {
		check(!validID(name), "role", badID)
	}
	check(backward(s.From, s.Until), "interval", "is empty or runs backward")
	check(s.Partner && s.Until.IsZero(), "interval", "of a partner has no end")
	for _, t := range s.Temporary {
		check(!validID(t.Role), "role", badID)
		check(t.Until.IsZero(), "temporary", "has no end")
		check(backward(t.From, t.Until), "temporary", "is empty or runs backward")
	}
	return errors.Join(errs...)
}

const badID = "is not valid UTF-8 without NUL of 1 to 255 bytes"

func validID(id string) bool { return limit.Text(id, 1, limit.ID) }

// holds reports whether [from, until) covers at; a zero end is open.
func holds(from, until, at time.Time) bool {
	return !at.Before(from) && (until.IsZero() || at.Before(until))
}

// backward reports whether [from, until) is empty or runs backward.
func backward(from, until time.Time) bool {
	return !until.IsZero() && !from.Before(until)
}
