package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmsql"
)

// The test binary starts itself again with these variables to be a process that is
// killed, or one of several that migrate at once.
const (
	childTask   = "GUANXI_CHILD_TASK" // commit or migrate
	childDriver = "GUANXI_CHILD_DRIVER"
	childDSN    = "GUANXI_CHILD_DSN"
	childFirst  = "GUANXI_CHILD_FIRST" // number of the first commit
)

// child does the task of a child process, if this is one.
func child() (done bool, code int) {
	var task func(context.Context, *crmsql.Store) error
	switch os.Getenv(childTask) {
	case "":
		return false, 0
	case "commit":
		task = commitForEver
	case "migrate":
		task = func(ctx context.Context, s *crmsql.Store) error { return s.Migrate(ctx) }
	}
	err := func() error {
		dialect := crmsql.SQLite
		if os.Getenv(childDriver) == "pgx" {
			dialect = crmsql.PostgreSQL
		}
		db, err := sql.Open(os.Getenv(childDriver), os.Getenv(childDSN))
		if err != nil {
			return err
		}
		store, err := crmsql.New(db, crmsql.Options{Dialect: dialect})
		if err != nil {
			return err
		}
		return task(context.Background(), store)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true, 1
	}
	return true, 0
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

// commitForEver commits number after number, and writes each to standard output
// once it is acknowledged. A commit that was in flight when the process before this
// one was killed is sent again with its key.
func commitForEver(ctx context.Context, store *crmsql.Store) error {
	n, err := strconv.Atoi(os.Getenv(childFirst))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for ; ; n++ {
		for {
			c, err := numbered(ctx, store, n)
			if err != nil {
				return err
			}
			err = store.Commit(ctx, c)
			if err == nil || errors.Is(err, crm.ErrDuplicate) {
				break
			}
			if !errors.Is(err, crm.ErrConflict) { // the server may still be at the commit of the one before
				return err
			}
		}
		if _, err := fmt.Fprintln(out, n); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}
