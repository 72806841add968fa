package timeline

import (
	"errors"
	"slices"
	"time"
)

// Options say as of when journals are read.
type Options struct {
	// Known is the recorded time up to which, and at which, entries count; the zero
	// time is all. So a report of last month can be made again as it was.
	Known time.Time
}

// ref is what an entry says about its place in a journal. Sorting refs and not the
// entries keeps what is compared close together in memory.
type ref struct {
	index     int // among the entries as given
	subject   string
	seq       uint64
	corrects  uint64
	recorded  time.Time
	retracted bool
}

// standing returns the indexes of the entries that stand as of known. Of an entry
// and all its corrections, direct and through each other, the one recorded last
// counts, and none if that is a retraction. It sorts refs by subject and number.
func standing(refs []ref, known time.Time) ([]int, error) {
	slices.SortFunc(refs, ref.compare)
	if err := checkNumbers(refs); err != nil {
		return nil, err
	}
	// Both by place in refs: where the original of an entry is, and which entry
	// stands for an original, -1 for none that is known.
	original, last := make([]int, len(refs)), make([]int, len(refs))
	var errs []error
	for k, r := range refs {
		original[k], last[k] = k, -1
		if r.corrects != 0 || r.retracted {
			j, err := corrected(refs[:k], r)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			original[k] = original[j]
		}
		o := original[k]
		if isKnown(r, known) && (last[o] < 0 || !r.recorded.Before(refs[last[o]].recorded)) {
			last[o] = k
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	kept := last[:0]
	for _, k := range last {
		if k >= 0 && !refs[k].retracted {
			kept = append(kept, refs[k].index)
		}
	}
	return kept, nil
}

// checkNumbers holds that each entry has its number and recorded time.
func checkNumbers(sorted []ref) error {
	var errs []error
	for k, r := range sorted {
		fail := func(field, reason string, err error) {
			errs = append(errs, &Error{Subject: r.subject, Seq: r.seq, Field: field, Reason: reason, Err: err})
		}
		switch {
		case r.seq == 0:
			fail("seq", "is missing", ErrInvalid)
		case k > 0 && sorted[k-1].compare(r) == 0:
			fail("seq", "is there twice", ErrDuplicate)
		case r.recorded.IsZero():
			fail("recorded", "is missing", ErrInvalid)
		}
	}
	return errors.Join(errs...)
}

// corrected returns the place, among the entries before r, of what r corrects.
func corrected(before []ref, r ref) (int, error) {
	j, ok := slices.BinarySearchFunc(before, ref{subject: r.subject, seq: r.corrects}, ref.compare)
	switch {
	case !ok:
		return 0, &Error{Subject: r.subject, Seq: r.seq, Field: "corrects", Reason: "is no earlier entry", Err: ErrNotFound}
	case r.recorded.Before(before[j].recorded):
		return 0, &Error{Subject: r.subject, Seq: r.seq, Field: "recorded", Reason: "is before what it corrects", Err: ErrInvalid}
	}
	return j, nil
}

func (r ref) compare(o ref) int {
	switch {
	case r.subject < o.subject:
		return -1
	case r.subject > o.subject:
		return 1
	case r.seq < o.seq:
		return -1
	case r.seq > o.seq:
		return 1
	}
	return 0
}

func isKnown(r ref, known time.Time) bool { return known.IsZero() || !r.recorded.After(known) }
