package timeline

import (
	"errors"
	"iter"
	"slices"
	"sort"
	"time"
)

// Timeline is what stands of one journal or of several (时间线): each activity
// once, as last corrected, in the order of [Compare]. The zero value is empty. It
// is not changed by any method and may be used by several goroutines.
type Timeline struct {
	all []*Activity
}

// New reads activities of one subject or of many, in any order, and keeps what
// stands as of opts. It holds on to the slice, which must not be changed after.
//
// It needs whole journals, corrections and what they correct alike. The errors,
// joined, are [*Error]s: ErrInvalid for an entry without Seq, At, Recorded or a
// known kind, and for a correction recorded before what it corrects; ErrDuplicate
// for two entries of one subject and number; ErrNotFound for a correction of what
// is not there.
func New(activities []Activity, opts Options) (*Timeline, error) {
	var errs []error
	refs := make([]ref, len(activities))
	for i := range activities {
		a := &activities[i]
		refs[i] = ref{i, a.Subject, a.Seq, a.Corrects, a.Recorded, a.Retracted}
		if a.At.IsZero() {
			errs = append(errs, &Error{Subject: a.Subject, Seq: a.Seq, Field: "at", Reason: "is missing", Err: ErrInvalid})
		}
		if !a.Kind.Valid() {
			errs = append(errs, &Error{Subject: a.Subject, Seq: a.Seq, Field: "kind", Reason: "unknown", Err: ErrInvalid})
		}
	}
	kept, err := standing(refs, opts.Known)
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	type dated struct {
		at time.Time
		a  *Activity
	}
	order := make([]dated, len(kept))
	for i, k := range kept {
		order[i] = dated{activities[k].At, &activities[k]}
	}
	slices.SortFunc(order, func(x, y dated) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return compare(x.a, y.a)
	})
	t := &Timeline{all: make([]*Activity, len(order))}
	for i := range order {
		t.all[i] = order[i].a
	}
	return t, nil
}

// Len returns the number of activities.
func (t *Timeline) Len() int { return len(t.all) }

// All yields the activities in order.
func (t *Timeline) All() iter.Seq[Activity] {
	return func(yield func(Activity) bool) {
		for _, a := range t.all {
			if !yield(*a) {
				return
			}
		}
	}
}

// Between returns the part of t with from <= At < until; a zero instant leaves its
// side open.
func (t *Timeline) Between(from, until time.Time) *Timeline {
	all := t.all
	if !until.IsZero() {
		all = all[:sort.Search(len(all), func(i int) bool { return !all[i].At.Before(until) })]
	}
	if !from.IsZero() {
		all = all[sort.Search(len(all), func(i int) bool { return !all[i].At.Before(from) }):]
	}
	return &Timeline{all}
}

// AsOf returns the part of t that had taken place at an instant: At <= at.
func (t *Timeline) AsOf(at time.Time) *Timeline {
	return &Timeline{t.all[:sort.Search(len(t.all), func(i int) bool { return t.all[i].At.After(at) })]}
}

// Where returns the part of t that keep holds for: the activities of one contact,
// one colleague, one channel.
func (t *Timeline) Where(keep func(Activity) bool) *Timeline {
	var kept []*Activity
	for _, a := range t.all {
		if keep(*a) {
			kept = append(kept, a)
		}
	}
	return &Timeline{kept}
}
