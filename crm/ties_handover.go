package crm

import (
	"cmp"
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// hand dissolves the tie of a colleague who leaves, and introduces the taker. Both are
// forced: the table of a host has no say in whether somebody is still there. A taker who
// knows the person already stays as close as he is, and nobody is introduced to somebody
// who was forgotten.
func (t *Ties) hand(ctx context.Context, r Record, e owner.Entry, forgotten bool) ([]Change, error) {
	given := keptTie{Record: r}
	var err error
	if given.history, err = t.track.history(ctx, r.Subject, r.Head.Entries); err != nil {
		return nil, err
	}
	body, err := tieOf(r)
	if err != nil {
		return nil, err
	}
	of := Tie{Customer: r.Customer, Path: body.Path, Tie: account.Tie{Ours: body.Ours, Theirs: r.Ref}}
	dissolved, err := t.introduce(given, of, stage.Dissolution, tieHanded, e.To, e)
	if err != nil || forgotten {
		return []Change{dissolved}, err
	}
	taken, err := t.load(ctx, pairSubject(KindTie, r.Customer, e.To, r.Ref))
	if err != nil || taken.Owner != "" {
		return []Change{dissolved}, err
	}
	to := Tie{Customer: r.Customer, Path: e.Path, Tie: account.Tie{Ours: e.To, Theirs: r.Ref}}
	begun, err := t.introduce(taken, to, stage.Awareness, tieIntroduced, body.Ours, e)
	return []Change{dissolved, begun}, err
}

func (t *Ties) introduce(kept keptTie, of Tie, to stage.Relationship, kind, colleague string, e owner.Entry) (Change, error) {
	now := later(e.Recorded, kept.Head.Recorded)
	cmd := stage.Command[stage.Relationship]{To: to, Now: now, At: e.At, Actor: e.Actor, Reason: cmp.Or(e.Reason, e.Code), Forced: true}
	if slices.ContainsFunc(kept.history, func(s stage.Entry[stage.Relationship]) bool { return s.At.After(e.At) }) {
		cmd.At = now // what became so since stays
	}
	entry, err := t.track.machine.Decide(kept.history, cmd)
	if err != nil {
		return Change{}, err
	}
	entry.Reason = e.Reason
	change, err := t.append(kept, of, kind, entry, tieMarks{Colleague: colleague, Code: e.Code})
	return change.Change, err
}
