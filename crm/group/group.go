package group

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Group is one customer group (顾客群体): a class of receivers, not a person. Its
// JSON names are stable.
type Group struct {
	ID     string `json:"id"`               // valid UTF-8 without NUL, 1 to 255 bytes, compared as bytes
	Parent string `json:"parent,omitempty"` // the group of which it is a part; "" for a root
	Name   string `json:"name,omitempty"`   // in English
	Zh     string `json:"zh,omitempty"`     // in Chinese
	Kind   Kind   `json:"kind,omitzero"`    // zero: that of the parent
}

// Validate reports everything wrong with g by itself, joined; each is an [*Error]
// that wraps ErrInvalid: an id or parent of another form than stated, a name that
// is not valid UTF-8, an unknown kind.
func (g Group) Validate() error {
	var errs []error
	check := func(broken bool, field, reason string) {
		if broken {
			errs = append(errs, invalid(limit.Shown(g.ID), field, reason))
		}
	}
	check(!validID(g.ID), "id", badID)
	check(g.Parent != "" && !validID(g.Parent), "parent", badID)
	check(!utf8.ValidString(g.Name) || !utf8.ValidString(g.Zh), "name", "is not valid UTF-8")
	check(!g.Kind.Valid(), "kind", "unknown")
	return errors.Join(errs...)
}

// Standard returns the groups that the source documents name (顾客群体架构识别图),
// for a company to begin with: the external ones related to it, the consumers by
// the rung of the ladder on which they stand, and the internal ones. Who belongs to
// the group of a rung follows from [stage.Rung]; their ids are the rungs' names.
func Standard() []Group {
	groups := []Group{
		{ID: "external", Name: "related external customers", Zh: "外部相关的顾客"},
		{ID: "intermediary", Parent: "external", Kind: Intermediary},
		{ID: "public-interest", Parent: "external", Kind: PublicInterest},
		{ID: "investor", Parent: "external", Kind: Investor},
		{ID: "consumer", Kind: Consumer},
		{ID: "internal", Kind: Internal},
		{ID: "colleague", Parent: "internal", Name: "colleagues", Zh: "同事"},
		{ID: "superior", Parent: "internal", Name: "superiors", Zh: "上司"},
		{ID: "subordinate", Parent: "internal", Name: "subordinates", Zh: "下级"},
	}
	for i, g := range groups {
		if g.Name == "" {
			groups[i].Name, groups[i].Zh = g.Kind.String()+" customers", g.Kind.Zh()
		}
	}
	for _, r := range stage.Rungs() {
		groups = append(groups, Group{ID: r.String(), Parent: "consumer", Name: r.String() + " customers", Zh: r.Zh()})
	}
	return groups
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
