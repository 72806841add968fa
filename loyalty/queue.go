package loyalty

import (
	"context"
	"hash/maphash"
	"slices"
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
	turns [512]chan struct{}
}

func newQueues() *queues {
	q := &queues{seed: maphash.MakeSeed()}
	for i := range q.turns {
		q.turns[i] = make(chan struct{}, 1)
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
		turn := q.turns[q.of(accounts[0])]
		return turns{one: turn}, take(ctx, turn)
	}
	// One order for all, so that no two wait for each other.
	places := make([]int, len(accounts))
	for i, id := range accounts {
		places[i] = q.of(id)
	}
	slices.Sort(places)
	var t turns
	for _, place := range slices.Compact(places) {
		if err := take(ctx, q.turns[place]); err != nil {
			t.leave()
			return turns{}, err
		}
		t.many = append(t.many, q.turns[place])
	}
	return t, nil
}

// turns are those that somebody has: one, many or none.
type turns struct {
	one  chan struct{}
	many []chan struct{}
}

func (t turns) leave() {
	if t.one != nil {
		<-t.one
	}
	for _, turn := range t.many {
		<-turn
	}
}

func (q *queues) of(account string) int {
	return int(maphash.String(q.seed, account) % uint64(len(q.turns)))
}

func take(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
