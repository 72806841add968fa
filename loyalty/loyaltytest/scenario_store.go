package loyaltytest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/guanxi-go/guanxi/loyalty"
)

// losesOne is a store whose first commit fails, after it was applied or before.
type losesOne struct {
	loyalty.Store
	after bool

	mu   sync.Mutex
	lost bool
}

var errLost = errors.New("the connection is gone")

func (l *losesOne) Commit(ctx context.Context, c loyalty.Commit) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost {
		return l.Store.Commit(ctx, c)
	}
	l.lost = true
	if l.after {
		if err := l.Store.Commit(ctx, c); err != nil {
			return err
		}
	}
	return errLost
}

func shortened() bool { return testing.Short() }
