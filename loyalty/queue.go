package loyalty

import (
	"context"
	"hash/maphash"
	"runtime"
	"slices"
	"sync/atomic"
)

// queues let the commands of this process that touch one account come one after
// the other, so that they do not refuse each other: on a hot account, attempts that
// fail would cost more than those that succeed. Versions decide all the same;
// accounts that share a queue by chance only wait a little.
//
// A command inside a transaction of the host takes no queue: it may hold rows that
// somebody in a queue waits for.
type queues struct {
	seed  maphash.Seed
	turns [512]turn
}

func newQueues() *queues {
	q := &queues{seed: maphash.MakeSeed()}
	for i := range q.turns {
		q.turns[i].given = make(chan struct{}, 1)
	}
	return q
}

// enter waits for the turn of all accounts named. It ends when leave is called on
// what is returned.
func (q *queues) enter(ctx context.Context, accounts []string) (turns, error) {
	if q == nil || len(accounts) == 0 {
		return turns{}, nil
	}
	if len(accounts) == 1 {
		one, err := q.enterOne(ctx, accounts[0])
		return turns{one: one}, err
	}
	// One order for all, so that no two wait for each other.
	places := make([]int, len(accounts))
	for i, id := range accounts {
		places[i] = q.of(id)
	}
	slices.Sort(places)
	var t turns
	for _, place := range slices.Compact(places) {
		if err := q.turns[place].take(ctx); err != nil {
			t.leave()
			return turns{}, err
		}
		t.many = append(t.many, &q.turns[place])
	}
	return t, nil
}

// enterOne is enter for one account.
func (q *queues) enterOne(ctx context.Context, account string) (*turn, error) {
	one := &q.turns[q.of(account)]
	return one, one.take(ctx)
}

// turns are those that somebody has: one, many or none.
type turns struct {
	one  *turn
	many []*turn
}

func (t turns) leave() {
	if t.one != nil {
		t.one.leave()
	}
	for _, turn := range t.many {
		turn.leave()
	}
}

func (q *queues) of(account string) int {
	return int(maphash.String(q.seed, account) % uint64(len(q.turns)))
}

// turn is a lock for which one waits as long as a context lasts. Where nobody waits, to
// take it and to leave it is one addition each.
type turn struct {
	n     atomic.Int32  // who has it, and all who wait for it
	given chan struct{} // to one of those who wait
}

func (t *turn) take(ctx context.Context) error {
	if t.n.Add(1) == 1 {
		return nil
	}
	select {
	case <-t.given:
		return nil
	case <-ctx.Done():
	}
	// Who gives up is counted no more, unless nobody else is counted: then the turn is
	// being given already, and is taken all the same.
	for {
		select {
		case <-t.given:
			return nil
		default:
			if n := t.n.Load(); n > 1 && t.n.CompareAndSwap(n, n-1) {
				return ctx.Err()
			}
			runtime.Gosched()
		}
	}
}

func (t *turn) leave() {
	if t.n.Add(-1) > 0 {
		t.given <- struct{}{}
	}
}
