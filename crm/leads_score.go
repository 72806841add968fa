package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// SignalSource tells what leads did that no timeline has (行为信号): mails that were opened,
// pages that were read.
type SignalSource interface {
	// Signals returns what a lead did, in any order. It may be called several times for
	// one lead.
	Signals(ctx context.Context, lead string) ([]score.Signal, error)
}

// LeadScore is how promising a lead is by a scorecard (线索评分). The zero value says that it
// was never scored.
type LeadScore struct {
	Score int       `json:"score"`          // 0 to 100
	Grade string    `json:"grade,omitzero"` // code; "" for none
	Card  int       `json:"card"`           // version of the scorecard
	At    time.Time `json:"at"`             // when it was scored
	Next  time.Time `json:"next,omitzero"`  // when it will be another because a signal expires; zero for never
}

// ScoredLead is a score with its reasons: ids of rules, counts and points.
type ScoredLead struct {
	LeadScore
	Sum   int                 `json:"sum"`   // of the parts, before it is kept between 0 and 100
	Parts []score.PointsGiven `json:"parts"` // of the rules that gave or took something, in their order
}

// Score scores an open lead by the last version in [Registries].Scorecards, keeps the score
// on the lead and its reasons in JournalLead, and returns them 线索评分. Where score, grade,
// version and Next are what they were, nothing is written.
//
// The attributes of a lead are the answers to its form that are not personal, by the names
// of the fields, and "source" and "form", which go before fields of these names. Its
// signals are the activities of its timeline in which we did not turn to them, by the codes
// of the touchpoints, and those of Options.Signals.
//
// Errors: ErrIncomplete without a scorecard; ErrInvalid for an instant before the last
// scoring; ErrNotFound, ErrForgotten, ErrTransition for a lead that is closed,
// [lead.ErrAlreadyConverted] for a customer.
func (s *Leads) Score(ctx context.Context, actor Actor, id string, call Call) (ScoredLead, error) {
	cmd := command{name: "leads.score", actor: actor, subject: Subject{KindLead, id}, call: call}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, ScoredLead, error) {
		card, version, err := s.scorecard(ctx)
		if err != nil {
			return draft{}, ScoredLead{}, err
		}
		l, err := s.core.openLead(ctx, actor, id)
		if err != nil {
			return draft{}, ScoredLead{}, err
		}
		now = later(now, l.Head.Recorded)
		scored, differs, err := s.score(ctx, card, l, effective(call, now))
		if err != nil || !differs {
			return draft{}, scored, err
		}
		row := l.row(leadScored, actor, call, now)
		row.From, row.To = l.body.Score.Grade, scored.Grade
		row.Data, _ = json.Marshal(scored)
		l.body.Score = scored.LeadScore
		change, err := l.change(l.event("lead.scored", now), Append{row})
		return draft{[]Expect{{scorecards(s.core).subject(), version}}, []Change{change}}, scored, err
	})
}

// scorecard returns the scorecard in force, and the version of the table.
func (s *Leads) scorecard(ctx context.Context) (score.Scorecard, uint64, error) {
	table := scorecards(s.core)
	rows, version, err := table.Get(ctx)
	if err == nil && len(rows) == 0 {
		err = &Error{Subject: table.subject(), Field: "scorecards", Reason: "has no version", Err: ErrIncomplete}
	}
	if err != nil {
		return score.Scorecard{}, 0, err
	}
	return rows[len(rows)-1], version, nil
}

// score returns the score of a lead at an instant, and whether it differs from the one
// that the lead has.
func (s *Leads) score(ctx context.Context, card score.Scorecard, l leadRecord, at time.Time) (ScoredLead, bool, error) {
	was := l.body.Score
	if at.Before(was.At) {
		return ScoredLead{}, false, &Error{Subject: l.Subject, Field: "at", Reason: "is before the last scoring", Err: ErrInvalid}
	}
	facts, err := s.facts(ctx, l)
	if err != nil {
		return ScoredLead{}, false, err
	}
	points, err := card.Card(s.core.zone()).Score(facts, at)
	if err != nil {
		return ScoredLead{}, false, err
	}
	now := ScoredLead{LeadScore{Score: points.Score, Grade: card.Grade(points.Score), Card: card.Version, At: was.At}, points.Sum, points.Parts}
	for _, part := range points.Parts {
		if !part.Next.IsZero() && (now.Next.IsZero() || part.Next.Before(now.Next)) {
			now.Next = part.Next
		}
	}
	differs := now.LeadScore != was
	if differs {
		now.At = at
	}
	return now, differs, nil
}

// facts returns what a scorecard may ask about a lead.
func (s *Leads) facts(ctx context.Context, l leadRecord) (score.Facts, error) {
	facts := score.Facts{Attributes: maps.Clone(l.body.Data.Answers)}
	if facts.Attributes == nil {
		facts.Attributes = map[string]string{}
	}
	facts.Attributes["source"], facts.Attributes["form"] = l.body.Data.Source, l.body.Data.Form
	all, err := (&Timeline{s.core}).activitiesOf(ctx, l.Subject)
	if err != nil {
		return facts, err
	}
	line, err := timeline.New(before(all, l.Head.Entries+1), timeline.Options{})
	if err != nil {
		return facts, err
	}
	for a := range line.All() {
		if a.Touchpoint != "" && a.Direction != timeline.Outbound {
			facts.Signals = append(facts.Signals, score.Signal{Code: a.Touchpoint, At: a.At})
		}
	}
	if s.core.opts.Signals == nil {
		return facts, nil
	}
	more, err := s.core.opts.Signals.Signals(ctx, l.Subject.ID)
	return score.Facts{Attributes: facts.Attributes, Signals: append(facts.Signals, more...)}, err
}

// Rescore gives [Leads].Score for every open lead that the actor sees and whose score would
// be another now, and returns how many 重新评分: after a new version of the scorecard, and
// every day, because signals come and expire. One that fails stops it; what was scored
// stays, and the command goes on when it is given again. It needs no key: of call only
// Reason is looked at.
func (s *Leads) Rescore(ctx context.Context, actor Actor, call Call) (int, error) {
	card, _, err := s.scorecard(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for l, err := range s.list(ctx, actor, LeadFilter{}) {
		if err != nil {
			return n, err
		}
		if !l.state.Open() || !l.body.Forgotten.IsZero() {
			continue
		}
		_, differs, err := s.score(ctx, card, l, later(s.core.now(), l.Head.Recorded)) // as Score does
		if err != nil {
			return n, err
		}
		if !differs {
			continue
		}
		_, err = s.Score(ctx, actor, l.Subject.ID, Call{Reason: call.Reason})
		switch {
		case err == nil:
			n++
		case !errors.Is(err, ErrTransition) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrForgotten): // closed or given away meanwhile
			return n, err
		}
	}
	return n, nil
}

// Best returns the n leads of the highest scores among those that the actor sees and a
// filter lets through, ties by id 高分线索. After and Limit of the filter are not looked at;
// what was never scored is not among them. ErrInvalid: n below 1.
func (s *Leads) Best(ctx context.Context, actor Actor, f LeadFilter, n int) ([]Lead, error) {
	return read(ctx, s.core, "leads.best", actor, Subject{}, func() ([]Lead, error) {
		if n < 1 {
			return nil, &Error{Field: "n", Reason: "is below 1", Err: ErrInvalid}
		}
		f.After, f.Limit = "", 0
		var best []leadRecord
		cut := func() {
			slices.SortFunc(best, func(a, b leadRecord) int {
				return cmp.Or(cmp.Compare(b.body.Score.Score, a.body.Score.Score), cmp.Compare(a.Subject.ID, b.Subject.ID))
			})
			best = best[:min(len(best), n)]
		}
		for l, err := range s.list(ctx, actor, f) {
			if err != nil {
				return nil, err
			}
			if l.body.Score.At.IsZero() {
				continue
			}
			if best = append(best, l); len(best) > 1000+n { // what is kept does not grow with the leads
				cut()
			}
		}
		cut()
		list := make([]Lead, len(best))
		for i, l := range best {
			list[i] = l.shown()
		}
		return list, nil
	})
}

// replayScore holds the score of a lead against the last that its journal has.
func (c *CRM) replayScore(ctx context.Context, r Record, report func(field, reason string)) error {
	l, err := leadOf(r)
	if err != nil {
		return err
	}
	var last ScoredLead
	for row, err := range c.core.store.Entries(ctx, EntryFilter{Subject: r.Subject, Journal: JournalLead}) {
		if err != nil {
			return err
		}
		if row.Kind != leadScored {
			continue
		}
		last = ScoredLead{}
		if err := json.Unmarshal(row.Data, &last); err != nil {
			return &Error{Subject: r.Subject, Field: "score", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
		}
	}
	if last.LeadScore != l.body.Score {
		report("score", "is not the last of the journal")
	}
	return nil
}
