package loyalty

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Reviews are commands that a limit or the host's screen held back, for somebody to
// look at (人工审核): points that were earned and are not confirmed yet, points that
// would be spent and are held.
type Reviews struct{ core *core }

// ReviewPolicy says how long a command waits. The zero value waits for ever.
type ReviewPolicy struct {
	// Within is how long somebody has time to decide; 0 is for ever. A review that
	// nobody decided is then rejected: what would be spent is available again, by time
	// alone; what was earned is taken back, by [Due].
	Within time.Duration `json:"within,omitzero"`
}

func (p ReviewPolicy) validate() error {
	if p.Within < 0 {
		return &Error{Field: "within", Reason: "of reviews is below 0", Err: ErrInvalid}
	}
	return nil
}

// ReviewState is how far a review has come (审核状态), as a code.
type ReviewState string

// The states of a review.
const (
	ReviewOpen     ReviewState = "open"     // 待审核
	ReviewApproved ReviewState = "approved" // 通过
	ReviewRejected ReviewState = "rejected" // 驳回
	ReviewLapsed   ReviewState = "lapsed"   // nobody decided in time 超时
)

// Held is a command that is under review.
type Held struct {
	ID      string      `json:"id"`
	Head    Head        `json:"-"`
	State   ReviewState `json:"state"`
	Account string      `json:"account"`
	Member  string      `json:"member"`           // whose account it was then
	Command string      `json:"command"`          // "points.earn" or "points.burn"
	Seq     uint64      `json:"seq"`              // number of the entry: of the earn, or of the hold
	Points  int64       `json:"points"`           // earned, or held
	Why     string      `json:"why"`              // code of the limit, or "screen"
	Actor   string      `json:"actor"`            // id of who sent it
	Ref     string      `json:"ref,omitzero"`     // of its [Call]
	At      time.Time   `json:"at"`               // when it was held back
	Due     time.Time   `json:"due,omitzero"`     // until when it can be decided; zero for ever
	Waiting bool        `json:"waiting,omitzero"` // the points wait to be confirmed, approved or not
}

func (h *Held) record() (Record, error) {
	body, err := json.Marshal(h)
	r := Record{Member: h.Member, Ref: h.Account, State: string(h.State), Body: body}
	if h.State == ReviewOpen {
		r.Due = h.Due
	}
	return r, err
}

func heldOf(r Record) (Held, error) {
	h, err := bodyOf[Held](r)
	h.Head = r.Head
	return h, err
}

// earn reports whether points were earned, and not spent.
func (h *Held) earn() bool { return h.Command == "points.earn" }

// postHeld posts a command so that it can be undone, and a review of it.
func (c *core) postHeld(ctx context.Context, cmd *command, in *posting, a *Account, why string, now time.Time) (draft, Posted, error) {
	recorded := later(now, a.State.Recorded)
	h := Held{ID: c.opts.NewID(), State: ReviewOpen, Account: a.ID, Member: a.Standing.Member, Command: cmd.name, Points: in.watch.points,
		Why: why, Actor: cmd.actor.ID, Ref: cmd.call.Ref, At: recorded, Waiting: in.watch.confirmed}
	if within := c.programme.Reviews.Within; within > 0 {
		h.Due = Instant(recorded.Add(within))
	}
	entries, err := in.watch.held(ctx, a, cmd.act(), h.Due, now)
	if err != nil {
		return draft{}, Posted{}, err
	}
	change, err := c.put(a, entries)
	if err != nil {
		return draft{}, Posted{}, err
	}
	result := posted(a, entries, points.KindEarn, points.KindHold)
	h.Seq, result.Review = result.Seq, h.ID
	record, err := h.record()
	if err != nil {
		return draft{}, Posted{}, err
	}
	opened := cmd.entry("opened", h.Member, recorded)
	opened.At = recorded
	opened.Reason = "" // it stands in the account's journal
	return draft{changes: []Change{change, {Subject: Subject{KindReview, h.ID}, Writes: append([]Write{PutRecord{record}}, c.appended("review", opened)...)}}}, result, nil
}

// Get returns a review. ErrNotFound: there is none, or its account is not seen.
func (r *Reviews) Get(ctx context.Context, actor Actor, id string) (Held, error) {
	return read(ctx, r.core, "reviews.get", actor, Subject{KindReview, id}, func() (Held, error) {
		h, _, err := r.core.review(ctx, actor, id)
		return h, err
	})
}

// review returns a review, with its account, of an account that the actor sees.
func (c *core) review(ctx context.Context, actor Actor, id string) (Held, Account, error) {
	r, err := c.store.Record(ctx, Subject{KindReview, id})
	if err != nil {
		return Held{}, Account{}, err
	}
	h, err := heldOf(r)
	if err != nil {
		return Held{}, Account{}, err
	}
	a, err := c.store.Account(ctx, h.Account)
	if err == nil && !actor.Sees.Allows(a.Standing.Member) {
		err = &Error{Subject: r.Subject, Err: ErrNotFound}
	}
	if err != nil {
		return Held{}, Account{}, err
	}
	return h, a, nil
}

// ReviewFilter narrows [Reviews].List. Every field that is not zero narrows it.
type ReviewFilter struct {
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many; 0 for no limit

	State   ReviewState
	Account string
	Member  string // whose account it was when the command was held back
}

// List lists the reviews that the actor sees and the filter lets through, by id.
func (r *Reviews) List(ctx context.Context, actor Actor, filter ReviewFilter) iter.Seq2[Held, error] {
	records := RecordFilter{Kind: KindReview, After: filter.After, State: string(filter.State), Ref: filter.Account, Member: filter.Member}
	return listed(ctx, r.core, "reviews.list", actor, records, filter.Limit, heldOf, func(h Held) bool {
		return actor.Sees.Allows(h.Member)
	})
}

// noReviewOpen refuses accounts that have a review open.
func (c *core) noReviewOpen(ctx context.Context, accounts ...string) error {
	for _, id := range accounts {
		for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindReview, Ref: id, State: string(ReviewOpen), Limit: 1}) {
			if err != nil {
				return err
			}
			return &Error{Subject: r.Subject, Reason: "is open", Err: ErrTransition}
		}
	}
	return nil
}
