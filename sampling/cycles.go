package sampling

import (
	"context"
	"crypto/sha256"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/internal/attempt"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// MaxCycleID is how many bytes the id of a cycle may have: those of its rounds and
// documents begin with it.
const MaxCycleID = 200

// Cycles keep the spot checks of each year (年度抽查). A cycle goes through these
// commands, each of them one commit:
//
//	Open    the rules and the commitment to the seeds are fixed
//	Freeze  the roster of a round is fixed, before anybody knows its public number
//	Draw    the round is drawn from it: a manifest that anybody can verify
//	Miss    the round was not held
//	Assess  what the checks of the round found
//	Close   the year ends, with the closing roster
//
// Open, Freeze, Draw, Miss and Close are for actors that see [Everyone], ErrForbidden
// for others. Assess and the readers show an actor the people of the departments that
// they see, and nobody else.
//
// Of two who draw the same round at once, one draws it; the other gets ErrConflict, and
// finds the round drawn. The secret of the seeds never comes here: whoever keeps the
// [spotcheck.Chain] hands over the seed of a round when it is drawn, and it is public
// from then on.
type Cycles struct{ core *core }

// Opened is what Open did.
type Opened struct {
	Cycle string         `json:"cycle"`
	Rules spotcheck.Hash `json:"rules"` // of the opening: what every manifest names
}

// Frozen is what Freeze did.
type Frozen struct {
	Cycle    string         `json:"cycle"`
	Round    int            `json:"round"`
	Freezing int            `json:"freezing"` // 1 for the first roster of the round
	Roster   spotcheck.Hash `json:"roster"`
	N        int            `json:"n"`        // all staff
	Eligible int            `json:"eligible"` // of these, who can be drawn
}

// Drawn is what Draw did; [Cycles.Manifest] has the list.
type Drawn struct {
	Cycle    string           `json:"cycle"`
	Round    int              `json:"round"`
	Manifest spotcheck.Hash   `json:"manifest"`
	Counts   spotcheck.Counts `json:"counts"`
}

// Missed is what Miss did.
type Missed struct {
	Cycle string `json:"cycle"`
	Round int    `json:"round"`
}

// Assessed is what Assess did.
type Assessed struct {
	Cycle   string `json:"cycle"`
	Round   int    `json:"round"`
	Results int    `json:"results"`
	Pending int    `json:"pending"` // people of the round who have no result yet
}

// Closed is what Close did.
type Closed struct {
	Cycle   string         `json:"cycle"`
	Roster  spotcheck.Hash `json:"roster"`
	History spotcheck.Hash `json:"history"` // of the whole journal: publish it
}

// Open begins a cycle. ErrDuplicate: there is one with this id. ErrInvalid: the rules
// break one of their own, or the id has more than [MaxCycleID] bytes. Whether the rules can
// be kept is asked of package spotcheck before.
func (y *Cycles) Open(ctx context.Context, actor Actor, opening spotcheck.Opening, call Call) (Opened, error) {
	cycle := opening.Cycle.ID
	cmd := y.command("cycles.open", actor, cycle, call, opening)
	return plan(ctx, y.core, cmd, func(now time.Time) (draft, Opened, error) {
		if err := opening.Validate(); err != nil {
			return draft{}, Opened{}, err
		}
		head, err := y.core.store.Head(ctx, cycleOf(cycle))
		if err != nil {
			return draft{}, Opened{}, err
		}
		if head.Version > 0 {
			return draft{}, Opened{}, &Error{Subject: cycleOf(cycle), Reason: "is open already, or was", Err: ErrDuplicate}
		}
		pages, err := documentOf(cycle, openingName, opening)
		if err != nil {
			return draft{}, Opened{}, err
		}
		f := &file{state: &spotcheck.State{}}
		change, err := f.append(&cmd, now, len(pages), spotcheck.Entry{Kind: spotcheck.Opened, Opening: &opening})
		return y.core.draft(&cmd, now, append(pages, change)...), Opened{cycle, opening.Hash()}, err
	})
}

// Freeze fixes the roster from which the next round is drawn (冻结名册). Until the round is
// drawn it may be fixed again, and the journal of the round keeps every one: in
// [Cycles.Freezings] an auditor sees a roster that was changed after the public number
// was known.
// ErrTransition: the cycle is closed. ErrConflict: the round is not the next one.
func (y *Cycles) Freeze(ctx context.Context, actor Actor, cycle string, round int, roster *spotcheck.Roster, call Call) (Frozen, error) {
	if roster == nil {
		return Frozen{}, &Error{Field: "roster", Reason: "is nil", Err: ErrInvalid}
	}
	cmd := y.command("cycles.freeze", actor, cycle, call, freezing{round, roster.Hash()})
	return plan(ctx, y.core, cmd, func(now time.Time) (draft, Frozen, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return draft{}, Frozen{}, err
		}
		if err := f.awaits(cycle, round); err != nil {
			return draft{}, Frozen{}, err
		}
		held, err := y.core.round(ctx, cycle, round)
		if err != nil {
			return draft{}, Frozen{}, err
		}
		result := Frozen{cycle, round, held.body.Freezing + 1, roster.Hash(), roster.Len(), roster.Eligible()}
		pages, err := documentOf(cycle, rosterName(round, result.Freezing), peopleOf(roster))
		if err != nil {
			return draft{}, Frozen{}, err
		}
		change, err := held.freeze(&cmd, now, roundBody{Round: round, Freezing: result.Freezing, Pages: len(pages), Roster: roster.Hash()})
		d := y.core.draft(&cmd, now, append(pages, change)...)
		d.require = []Expect{{cycleOf(cycle), f.head.Version}}
		return d, result, err
	})
}

type freezing struct {
	Round  int
	Roster spotcheck.Hash
}

// awaits reports that a round is the next.
func (f *file) awaits(cycle string, round int) error {
	if _, closed := f.state.Closed(); closed {
		return &Error{Subject: cycleOf(cycle), Reason: "is closed", Err: ErrTransition}
	}
	if next := f.state.Next(); round != next || round > len(f.state.Cycle().Rounds) {
		return attempt.Ended(&Error{Subject: cycleOf(cycle), Field: "round", Reason: "is not the next one, " + strconv.Itoa(next), Err: ErrConflict})
	}
	return nil
}

// Draw draws a round from its frozen roster (抽取). ErrTransition: no roster is frozen, or
// the cycle is closed. ErrConflict: the round is not the next one; most often somebody
// has drawn it just now. ErrIncomplete: the round before has people without a result.
// And what [spotcheck.Draw] refuses.
func (y *Cycles) Draw(ctx context.Context, actor Actor, cycle string, round int, seed spotcheck.Seed, call Call) (Drawn, error) {
	cmd := y.command("cycles.draw", actor, cycle, call, drawing{round, seed})
	return plan(ctx, y.core, cmd, func(now time.Time) (draft, Drawn, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return draft{}, Drawn{}, err
		}
		if err := f.awaits(cycle, round); err != nil {
			return draft{}, Drawn{}, err
		}
		held, err := y.core.round(ctx, cycle, round)
		if err != nil {
			return draft{}, Drawn{}, err
		}
		roster, err := y.core.frozen(ctx, cycle, held)
		if err != nil {
			return draft{}, Drawn{}, err
		}
		manifest, err := spotcheck.Draw(f.state, round, roster, seed)
		if err != nil {
			return draft{}, Drawn{}, attempt.Ended(err)
		}
		text, err := manifest.Canonical()
		if err != nil {
			return draft{}, Drawn{}, attempt.Ended(err)
		}
		changes, err := pagesOf(cycle, manifestName(round), text)
		if err != nil {
			return draft{}, Drawn{}, err
		}
		change, err := f.append(&cmd, now, len(changes), spotcheck.Entry{Kind: spotcheck.Drawn, Round: round, Manifest: manifest})
		changes = append(changes, held.settle(stateDrawn), change)
		return y.core.draft(&cmd, now, changes...), Drawn{cycle, round, sha256.Sum256(text), manifest.Counts}, err
	})
}

type drawing struct {
	Round int
	Seed  spotcheck.Seed
}

// Miss records that a round was not held, and why, as a code of the host's list (漏查).
// Errors are those of Draw.
func (y *Cycles) Miss(ctx context.Context, actor Actor, cycle string, round int, code string, call Call) (Missed, error) {
	cmd := y.command("cycles.miss", actor, cycle, call, missing{round, code})
	return plan(ctx, y.core, cmd, func(now time.Time) (draft, Missed, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return draft{}, Missed{}, err
		}
		if err := f.awaits(cycle, round); err != nil {
			return draft{}, Missed{}, err
		}
		held, err := y.core.round(ctx, cycle, round)
		if err != nil {
			return draft{}, Missed{}, err
		}
		change, err := f.append(&cmd, now, 0, spotcheck.Entry{Kind: spotcheck.Missed, Round: round, Code: code})
		return y.core.draft(&cmd, now, held.settle(stateMissed), change), Missed{cycle, round}, err
	})
}

type missing struct {
	Round int
	Code  string
}

// Close ends a cycle with the closing roster, on which the coverage of the year is
// counted. ErrIncomplete: a round is neither drawn nor missed, or a result is
// missing.
func (y *Cycles) Close(ctx context.Context, actor Actor, cycle string, roster *spotcheck.Roster, call Call) (Closed, error) {
	if roster == nil {
		return Closed{}, &Error{Field: "roster", Reason: "is nil", Err: ErrInvalid}
	}
	cmd := y.command("cycles.close", actor, cycle, call, roster.Hash())
	return plan(ctx, y.core, cmd, func(now time.Time) (draft, Closed, error) {
		f, err := y.core.load(ctx, cycle)
		if err != nil {
			return draft{}, Closed{}, err
		}
		changes, err := documentOf(cycle, closingName, peopleOf(roster))
		if err != nil {
			return draft{}, Closed{}, err
		}
		change, err := f.append(&cmd, now, len(changes), spotcheck.Entry{Kind: spotcheck.Closed, Roster: roster.Hash()})
		return y.core.draft(&cmd, now, append(changes, change)...), Closed{cycle, roster.Hash(), f.state.History()}, err
	})
}

func (y *Cycles) command(name string, actor Actor, cycle string, call Call, input any) command {
	return command{name: name, actor: actor, cycle: cycle, subject: cycleOf(cycle), call: call, input: input}
}

// plan runs a command that is for those who see everyone.
func plan[R any](ctx context.Context, c *core, cmd command, decide func(time.Time) (draft, R, error)) (R, error) {
	return run(ctx, c, cmd, func(now time.Time) (draft, R, error) {
		var none R
		if !cmd.actor.Sees.all {
			return draft{}, none, &Error{Subject: cmd.subject, Reason: "is planned by those who see everyone", Err: ErrForbidden}
		}
		if len(cmd.cycle) > MaxCycleID {
			return draft{}, none, &Error{Subject: cmd.subject, Field: "cycle", Reason: "is longer than " + strconv.Itoa(MaxCycleID) + " bytes", Err: ErrInvalid}
		}
		d, result, err := decide(now)
		if err != nil {
			return draft{}, none, err
		}
		return d, result, nil
	})
}

// draft is what a command wants to have committed, with its event, which is of the
// cycle or of the round that the command was about: the last change.
func (c *core) draft(cmd *command, now time.Time, changes ...Change) draft {
	if c.opts.Events && len(changes) > 0 {
		of := &changes[len(changes)-1]
		of.Writes = append(of.Writes, Emit{Event{Kind: cmd.name, At: cmd.at(now)}})
	}
	return draft{changes: changes}
}
