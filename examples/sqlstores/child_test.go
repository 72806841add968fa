package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
)

// The test binary starts itself again with these variables to be a process that is
// killed, or one of several that migrate at once.
const (
	childTask   = "GUANXI_CHILD_TASK" // one of childTasks
	childDriver = "GUANXI_CHILD_DRIVER"
	childDSN    = "GUANXI_CHILD_DSN"
	childFirst  = "GUANXI_CHILD_FIRST" // the first number of each series, with commas
)

var childTasks = map[string]func(context.Context, *sql.DB, crmsql.Dialect) error{
	"migrate": migrateOnce,
	"commit":  commitForEver,
	"post":    postForEver,
	"check":   checkForEver,
}

// child does the task of a child process, if this is one.
func child() (done bool, code int) {
	name := os.Getenv(childTask)
	if name == "" {
		return false, 0
	}
	err := func() error {
		task := childTasks[name]
		if task == nil {
			return errors.New("no such task: " + name)
		}
		dialect := crmsql.SQLite
		if os.Getenv(childDriver) == "pgx" {
			dialect = crmsql.PostgreSQL
		}
		db, err := sql.Open(os.Getenv(childDriver), os.Getenv(childDSN))
		if err != nil {
			return err
		}
		return task(context.Background(), db, dialect)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true, 1
	}
	return true, 0
}

func migrateOnce(ctx context.Context, db *sql.DB, dialect crmsql.Dialect) error {
	store, err := crmsql.New(db, crmsql.Options{Dialect: dialect})
	if err != nil {
		return err
	}
	return store.Migrate(ctx)
}

// forEver does several endless series of numbered commands side by side, each from
// its number in childFirst on, and one command after the other. It writes each to
// standard output, with its answer, once it is acknowledged and before the next of
// the series is begun. What was in flight when the process before this one was
// killed is so sent again.
func forEver(do func(series, n int) (answer string, err error)) error {
	failed := make(chan error)
	var mu sync.Mutex // of the output
	for series, first := range strings.Split(os.Getenv(childFirst), ",") {
		n, err := strconv.Atoi(first)
		if err != nil {
			return err
		}
		go func() {
			for ; ; n++ {
				answer, err := do(series, n)
				if err == nil {
					mu.Lock()
					_, err = fmt.Println(series, n, answer) // in one write
					mu.Unlock()
				}
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// numbered is commit n of an endless series: it appends to the journals of two
// subjects, writes a record of one, and moves a claim from the one before.
func numbered(ctx context.Context, store crm.Store, n int) (crm.Commit, error) {
	c := crm.Commit{Scope: "kill", Key: strconv.Itoa(n), Receipt: []byte(strconv.Itoa(n)), Recorded: noon}
	for i, s := range pair(n) {
		head, err := store.Head(ctx, s)
		if err != nil {
			return c, err
		}
		writes := []crm.Write{note(strconv.Itoa(n), "text")}
		if i == 0 {
			writes = append(writes, crm.PutRecord{Record: crm.Record{Body: json.RawMessage(strconv.Itoa(n))}},
				crm.Claim{Space: "number", Key: strconv.Itoa(n)}, event(n))
			if n >= 5 {
				writes = append(writes, crm.Release{Space: "number", Key: strconv.Itoa(n - 5)})
			}
		}
		c.Changes = append(c.Changes, crm.Change{Subject: s, Expect: head.Version, Writes: writes})
	}
	return c, nil
}

// pair are the two subjects of commit n.
func pair(n int) [2]crm.Subject {
	return [2]crm.Subject{{Kind: "left", ID: strconv.Itoa(n % 5)}, {Kind: "right", ID: strconv.Itoa(n % 3)}}
}

// commitForEver commits number after number.
func commitForEver(ctx context.Context, db *sql.DB, dialect crmsql.Dialect) error {
	store, err := crmsql.New(db, crmsql.Options{Dialect: dialect})
	if err != nil {
		return err
	}
	return forEver(func(_, n int) (string, error) {
		for {
			c, err := numbered(ctx, store, n)
			if err != nil {
				return "", err
			}
			err = store.Commit(ctx, c)
			if err == nil || errors.Is(err, crm.ErrDuplicate) {
				return "done", nil
			}
			if !errors.Is(err, crm.ErrConflict) { // the server may still be at the commit of the one before
				return "", err
			}
		}
	})
}
