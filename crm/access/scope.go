package access

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Range is a half-open range of unit paths, compared as bytes: From <= path < To.
// A subtree of units is one range. It goes into a store's query as it is:
//
//	WHERE path >= $1 AND path < $2
//
// with bytes as the collation ("C" in PostgreSQL). To holds no NUL, which a text of
// PostgreSQL could not.
type Range struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Contains reports whether the range has the path.
func (r Range) Contains(path string) bool { return r.From <= path && path < r.To }

// Scope is which rows an actor sees (可见范围): everything, or rows that Owner owns
// and rows whose unit path is in one of Units. The zero Scope sees nothing. A scope
// is a value that the store turns into a predicate; its JSON names are stable.
//
// Units are sorted, do not overlap or touch, and none is empty: so they come out of
// [Resolve], [Scope.Union] and [MergeRanges], and so [Scope.Allows] needs them.
type Scope struct {
	All   bool    `json:"all,omitzero"`    // sees every row; Owner and Units are then empty
	Owner string  `json:"owner,omitempty"` // id of a member of staff; "" for nobody
	Units []Range `json:"units,omitempty"`
}

// Everything returns the scope that sees every row.
func Everything() Scope { return Scope{All: true} }

// IsZero reports whether s sees nothing.
func (s Scope) IsZero() bool { return !s.All && s.Owner == "" && len(s.Units) == 0 }

// Allows reports whether s sees a row with this owner and unit path. A row without
// an owner ("") is nobody's own. It allocates nothing.
func (s Scope) Allows(owner, path string) bool {
	if s.All || owner != "" && owner == s.Owner {
		return true
	}
	low, high := 0, len(s.Units) // the first range with To > path lies in between
	for low < high {
		if mid := int(uint(low+high) / 2); s.Units[mid].To > path {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low < len(s.Units) && s.Units[low].From <= path
}

// Union returns the scope that sees what s or other sees. It is ErrInvalid where
// each has an owner and these differ: the scopes of two actors have no union of this
// form. Everything absorbs the other.
func (s Scope) Union(other Scope) (Scope, error) {
	switch {
	case s.All || other.All:
		return Everything(), nil
	case s.Owner != "" && other.Owner != "" && s.Owner != other.Owner:
		return Scope{}, invalid("", "scope", "the owners differ:", s.Owner, other.Owner)
	}
	return s.plus(other), nil
}

// plus is Union for scopes of one actor.
func (s Scope) plus(other Scope) Scope {
	if s.All || other.All {
		return Everything()
	}
	return Scope{Owner: cmp.Or(s.Owner, other.Owner), Units: MergeRanges(slices.Concat(s.Units, other.Units)...)}
}

// Validate reports everything wrong with s, joined; each is an [*Error] that wraps
// ErrInvalid: Units that are empty, unsorted, overlap or touch, and an Owner or Units
// beside All. For scopes that come from outside, such as decoded JSON.
func (s Scope) Validate() error {
	var errs []error
	if s.All && (s.Owner != "" || len(s.Units) > 0) {
		errs = append(errs, invalid("", "scope", "has an owner or units beside all"))
	}
	if s.Owner != "" && !validID(s.Owner) {
		errs = append(errs, invalid("", "scope", "the owner "+badID))
	}
	if !slices.Equal(s.Units, MergeRanges(s.Units...)) {
		errs = append(errs, invalid("", "scope", "the units are not sorted, disjoint and non-empty"))
	}
	return errors.Join(errs...)
}

// MergeRanges returns the union of ranges: sorted, those that overlap or touch made
// one, empty ones left out; nil where nothing is left. The argument stays as it is.
func MergeRanges(ranges ...Range) []Range {
	var merged []Range
	for _, r := range slices.SortedFunc(slices.Values(ranges), func(a, b Range) int { return strings.Compare(a.From, b.From) }) {
		last := len(merged) - 1
		switch {
		case r.From >= r.To:
		case last >= 0 && r.From <= merged[last].To:
			merged[last].To = max(merged[last].To, r.To)
		default:
			merged = append(merged, r)
		}
	}
	return merged
}
