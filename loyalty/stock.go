package loyalty

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// Stocked is how the stock of a reward stands behind a command (库存结果), in pieces.
type Stocked struct {
	Reward     string `json:"reward"`      // code
	Free       int64  `json:"free"`        // can be redeemed
	Held       int64  `json:"held"`        // wait to be delivered
	Out        int64  `json:"out"`         // were handed out, and have not come back
	WrittenOff int64  `json:"written_off"` // of no use any more
	Replayed   bool   `json:"-"`
}

func (s *Stocked) replay() { s.Replayed = true }

// Receive takes n pieces of a reward into its stock (入库). ErrNotFound: the reward is
// not in the catalogue; ErrInvalid: its pieces are not counted, or n is below 1.
//
// The lines of a stock take effect in the order in which they are recorded: one that
// is said to lie before the last takes effect with it.
func (r *Rewards) Receive(ctx context.Context, actor Actor, code string, n int64, call Call) (Stocked, error) {
	return r.moveStock(ctx, "rewards.receive", actor, code, n, call, func(s reward.Stock, n int64, act reward.Act) (reward.StockEntry, error) {
		switch found, err := r.core.reward(code); {
		case err != nil:
			return reward.StockEntry{}, err
		case found.Stock != reward.Limited:
			return reward.StockEntry{}, &Error{Subject: Subject{KindStock, code}, Field: "reward", Reason: "has pieces that are not counted", Err: ErrInvalid}
		}
		return s.Receive(n, act)
	})
}

// WriteOff takes n free pieces out of the stock that nobody gets (报损).
// reward.ErrOutOfStock: fewer are free. A reward that left the catalogue can still be
// written off.
func (r *Rewards) WriteOff(ctx context.Context, actor Actor, code string, n int64, call Call) (Stocked, error) {
	return r.moveStock(ctx, "rewards.write-off", actor, code, n, call, reward.Stock.WriteOff)
}

func (r *Rewards) moveStock(ctx context.Context, name string, actor Actor, code string, n int64, call Call,
	decide func(reward.Stock, int64, reward.Act) (reward.StockEntry, error)) (Stocked, error) {
	c := r.core
	subject := Subject{KindStock, code}
	cmd := &command{name: name, actor: actor, subject: subject, call: call, input: amount(n), queue: []string{turnOf(subject)}}
	return run(ctx, c, cmd, func(ctx context.Context, now time.Time) (draft, Stocked, error) {
		pieces, err := c.stock(ctx, code)
		if err != nil {
			return draft{}, Stocked{}, err
		}
		act, err := cmd.rewardAct(now, time.Time{})
		if err != nil {
			return draft{}, Stocked{}, err
		}
		e, err := decide(pieces.loose(), n, act)
		if err != nil {
			return draft{}, Stocked{}, err
		}
		if err := pieces.take(e, nil); err != nil {
			return draft{}, Stocked{}, err
		}
		change, err := pieces.change(c, cmd.call.Reason)
		s := pieces.state
		return draft{changes: []Change{change}}, Stocked{Reward: code, Free: s.Free, Held: s.Held, Out: s.Out, WrittenOff: s.WrittenOff}, err
	})
}

// Stock returns how the stock of a reward stands. Its Holds are left out: they are
// the pieces that redemptions wait for. ErrNotFound: the reward is not in the
// catalogue, and was never in stock.
func (r *Rewards) Stock(ctx context.Context, actor Actor, code string) (reward.Stock, error) {
	return read(ctx, r.core, "rewards.stock", actor, Subject{KindStock, code}, func() (reward.Stock, error) {
		pieces, err := r.core.stock(ctx, code)
		if err == nil && pieces.version == 0 {
			_, err = r.core.reward(code)
		}
		return pieces.state, err
	})
}

// pieces is the stock of a reward as it was read, and what a command does to it.
//
// Its state is kept without Holds. What waits for a redemption is known from the
// redemption; a list of all that wait would make the record, which is written with
// each redemption, as long as the queue at the counter.
type pieces struct {
	code    string
	version uint64
	state   reward.Stock
	entries []reward.StockEntry
}

// stock returns the pieces of a reward, none where it was never in stock.
func (c *core) stock(ctx context.Context, code string) (*pieces, error) {
	if !ValidID(code) {
		return nil, &Error{Field: "reward", Reason: "is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
	}
	p := &pieces{code: code}
	switch r, err := c.store.Record(ctx, Subject{KindStock, code}); {
	case errors.Is(err, ErrNotFound):
		return p, nil
	case err != nil:
		return nil, err
	default:
		p.version = r.Head.Version
		p.state, err = bodyOf[reward.Stock](r)
		return p, err
	}
}

// loose is the stock to decide on: entries that are said to lie before the last one
// are let through, and take puts them behind it. A redemption that a till reports
// late would otherwise be refused because of somebody else's.
func (p *pieces) loose(holds ...reward.Hold) reward.Stock {
	s := p.state
	s.Holds, s.LastAt, s.LastRecorded = holds, time.Time{}, time.Time{}
	return s
}

// take folds an entry in, behind the last one. holds are those that it concerns.
func (p *pieces) take(e reward.StockEntry, holds []reward.Hold) error {
	e.Act.At, e.Act.Recorded = later(e.Act.At, p.state.LastAt), later(e.Act.Recorded, p.state.LastRecorded)
	e.Act.Reason = ""
	s := p.state
	s.Holds = holds
	s, err := s.With(e)
	if err != nil {
		return settled(err)
	}
	s.Holds = nil
	p.state, p.entries = s, append(p.entries, e)
	return nil
}

// change brings the store to where the pieces are.
func (p *pieces) change(c *core, reason string) (Change, error) {
	body, err := json.Marshal(p.state)
	if err != nil {
		return Change{}, err
	}
	change := Change{Subject: Subject{KindStock, p.code}, Expect: p.version, Writes: []Write{PutRecord{Record{Body: body}}}}
	for _, e := range p.entries {
		entry, err := rewardLine(e.Kind.String(), "", e.Act, e, reason)
		if err != nil {
			return Change{}, err
		}
		change.Writes = append(change.Writes, c.appended("stock", entry)...)
	}
	return change, nil
}

// replayStock is what the journal of a stock comes to, as its record holds it.
func replayStock(journal []Entry) (reward.Stock, error) {
	entries, err := rewardLines[reward.StockEntry](journal)
	if err != nil {
		return reward.Stock{}, err
	}
	s, err := reward.FoldStock(entries)
	s.Holds = nil
	return s, err
}

// turnOf is the turn that commands on a subject wait for that is no account: as no
// id of an account can be written.
func turnOf(s Subject) string { return "\x00" + s.String() }
