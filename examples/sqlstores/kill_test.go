package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
)

// TestKilled kills a process that commits in a loop, 50 times, with SIGKILL at a
// random moment, and starts the next, which sends the commit that was in flight
// again with its key. After each kill every commit that was acknowledged is there,
// whole and once, and the one in flight is there whole or not at all.
//
// It proves that a crash of the program loses and doubles nothing. It proves nothing
// about a crash of the machine or the loss of a disk: the operating system keeps
// what a killed process has written, so no fsync is tested. The PostgreSQL server is
// not killed, only its client, and the throwaway cluster runs without fsync.
func TestKilled(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 5
	}
	onEach(t, func(t *testing.T, e engine) {
		dsn := e.dsn(t)
		store, db := e.open(t, dsn, crmsql.Options{})
		k := newKilling(e, dsn, db, "commit", 1)
		inFlight := 0
		k.often(t, kills, func() { inFlight += verify(t, store, k.next[0]) })
		t.Logf("%d commits in %d processes; %d kills met a commit that was applied and not acknowledged", k.next[0], kills, inFlight)
	})
}

// killing kills a process that works for ever, and starts the next.
type killing struct {
	e    engine
	dsn  string // of the process
	db   *sql.DB
	task string
	next []int                              // of each series, the number behind the last one acknowledged
	told func(series, n int, answer string) // what is acknowledged; may be nil
	r    *rand.Rand
}

func newKilling(e engine, dsn string, db *sql.DB, task string, series int) *killing {
	if e.dialect == crmsql.PostgreSQL {
		dsn = withSetting(dsn, "application_name", killedName)
	}
	return &killing{e: e, dsn: dsn, db: db, task: task, next: make([]int, series), r: rand.New(rand.NewPCG(7, uint64(e.dialect)))}
}

// often kills so many times, each time a random while after the process has
// acknowledged something, and calls verify behind each.
func (k *killing) often(t *testing.T, kills int, verify func()) {
	t.Helper()
	for range kills {
		k.once(t, 1+k.r.IntN(15*len(k.next)), time.Duration(k.r.IntN(2500))*time.Microsecond)
		if k.e.dialect == crmsql.PostgreSQL {
			waitForServer(t, k.db)
		}
		verify()
	}
}

// once starts a process, kills it some time after it has acknowledged a few
// commands, and hears what it acknowledged to its end.
func (k *killing) once(t *testing.T, few int, later time.Duration) {
	t.Helper()
	first := make([]string, len(k.next))
	for series, n := range k.next {
		first[series] = strconv.Itoa(n)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+k.task, childDriver+"="+k.e.driver, childDSN+"="+k.dsn, childFirst+"="+strings.Join(first, ","))
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	heard := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var series, n int
		var answer string
		_, err := fmt.Sscan(lines.Text(), &series, &n, &answer)
		require.NoError(t, err)
		require.Equal(t, k.next[series], n)
		k.next[series]++
		if k.told != nil {
			k.told(series, n, answer)
		}
		if heard++; heard == few {
			time.Sleep(later)
			require.NoError(t, cmd.Process.Kill())
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit) && !exit.Exited(), "the process ended by itself: %v %s", err, &complaint)
}

// verify holds the whole store against the numbers that were acknowledged, and
// returns 1 where one more is there.
func verify(t *testing.T, store *crmsql.Store, acknowledged int) int {
	t.Helper()
	ctx := t.Context()
	applied := acknowledged
	if _, err := store.Receipt(ctx, "kill", strconv.Itoa(acknowledged)); err == nil {
		applied++
	} else {
		require.ErrorIs(t, err, crm.ErrNotFound)
	}
	_, err := store.Receipt(ctx, "kill", strconv.Itoa(applied))
	require.ErrorIs(t, err, crm.ErrNotFound, "one commit is in flight at most")
	want := map[crm.Subject][]string{}
	last := map[crm.Subject]int{}
	for n := range applied {
		for _, s := range pair(n) {
			want[s] = append(want[s], strconv.Itoa(n))
			last[s] = n
		}
		r, err := store.Receipt(ctx, "kill", strconv.Itoa(n))
		require.NoError(t, err)
		require.Equal(t, strconv.Itoa(n), string(r.Data))
		holder, err := store.Holder(ctx, "number", strconv.Itoa(n))
		if n+5 < applied {
			require.ErrorIs(t, err, crm.ErrNotFound, "released by %d", n+5)
		} else {
			require.NoError(t, err)
			require.Equal(t, pair(n)[0], holder)
		}
	}
	for s, refs := range want {
		head, err := store.Head(ctx, s)
		require.NoError(t, err)
		require.EqualValues(t, len(refs), head.Version)
		require.EqualValues(t, len(refs), head.Entries)
		var have []string
		for e, err := range store.Entries(ctx, crm.EntryFilter{Subject: s}) {
			require.NoError(t, err)
			require.EqualValues(t, len(have)+1, e.Seq)
			have = append(have, e.Ref)
		}
		require.Equal(t, refs, have)
		if s.Kind == "left" {
			record, err := store.Record(ctx, s)
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(last[s]), string(record.Body))
		}
	}
	events, err := store.Pending(ctx, applied+10)
	require.NoError(t, err)
	require.Len(t, events, applied)
	return applied - acknowledged
}

// killedName is how the sessions of killed processes are known to the server.
const killedName = "guanxi_killed"

// waitForServer waits until the server has done what the killed client last asked
// for and has seen that it is gone.
func waitForServer(t *testing.T, db *sql.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		require.NoError(t, db.QueryRow("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = $1", killedName).Scan(&n))
		return n == 0
	}, 20*time.Second, time.Millisecond)
}
