package cluster

import (
	"sync"
	"sync/atomic"
)

// parallel calls f for 0 to n-1, each once, on up to workers goroutines that
// have all ended when it returns. f writes only what belongs to its number.
func parallel(n, workers int, f func(int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	group.Wait()
}

func (l *lloyd) eachChunk(f func(chunk int)) { parallel(len(l.changes), l.workers, f) }
