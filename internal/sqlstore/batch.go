package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// CommitBatch does with each commit what Commit would do, one after the other, and
// puts its answer into errs, which is as long. A commit that has an error there
// already is passed over.
//
// Versions, claims and, where one is there, keys of all are looked up together, and
// the subjects locked in their order; the commits are then answered in their order in memory, and what was
// not refused is written together. Where a row turns up meanwhile that was not there,
// or a commit holds what is not looked up (a Release, a Redact, rows of other tables),
// they are done one by one.
func (s *Store) CommitBatch(ctx context.Context, commits []Commit, errs []error) {
	if p := s.postsOf(commits, errs); p != nil {
		err := s.whole(ctx, p.run)
		if err == nil {
			return
		}
		if !s.tryAgain(err) {
			for i := range errs {
				if errs[i] == nil {
					errs[i] = err
				}
			}
			return
		}
	}
	if together(commits, errs) {
		b := newBatch(s, commits, slices.Clone(errs))
		err := s.whole(ctx, b.run)
		if errors.Is(err, errKeys) {
			b = newBatch(s, commits, slices.Clone(errs))
			b.repeats = true
			err = s.whole(ctx, b.run)
		}
		switch {
		case err == nil:
			copy(errs, b.errs)
			return
		case s.tryAgain(err):
			// One by one says what each comes to.
		default:
			for i, refused := range b.errs {
				if errs[i] = refused; refused == nil {
					errs[i] = err
				}
			}
			return
		}
	}
	for i := range commits {
		if errs[i] == nil {
			errs[i] = s.whole(ctx, func(ctx context.Context, tx *sql.Tx) error { return s.apply(ctx, tx, commits[i]) })
		}
	}
}

// tryAgain reports whether a batch that failed whole is to be done another way, in
// which it may succeed.
func (s *Store) tryAgain(err error) bool {
	return errors.Is(err, errUnexpected) || s.dialect == PostgreSQL && errors.Is(err, fault.ErrConflict)
}

var (
	// errUnexpected: a batch met what its look-ups did not show.
	errUnexpected = errors.New("a row came up meanwhile")
	// errKeys: a key was committed before, or may have been. Most batches have none such
	// and do not look.
	errKeys = errors.New("keys have to be looked up")
)

// whole runs do in a transaction of its own, or in the host's between savepoints,
// so that nothing is left of it where it fails.
func (s *Store) whole(ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error) error {
	if s.tx == nil {
		return s.inTx(ctx, func(tx *sql.Tx) error { return do(ctx, tx) })
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "SAVEPOINT guanxi_batch"); err != nil {
			return err
		}
		err := do(ctx, tx)
		if err != nil {
			if _, undone := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT guanxi_batch"); undone != nil {
				return errors.Join(err, undone)
			}
		}
		_, released := tx.ExecContext(ctx, "RELEASE SAVEPOINT guanxi_batch")
		return errors.Join(err, released)
	})
}

// together reports whether the commits hold only what a batch looks up.
func together(commits []Commit, errs []error) bool {
	n := 0
	for i := range commits {
		if errs[i] != nil {
			continue
		}
		n++
		for j := range commits[i].Changes {
			c := &commits[i].Changes[j]
			if len(c.Rows)+len(c.Sets)+len(c.Redacts)+len(c.Releases) > 0 {
				return false
			}
		}
	}
	return n > 1
}

// batch is what is known of the rows that its commits are about, first as the
// database has it, then as the commits before left it.
type batch struct {
	*Store
	commits []Commit
	errs    []error
	repeats bool // keys are looked up

	keys     map[batchKey]bool    // committed
	claims   map[Claim]Subject    // held
	subjects map[Subject]*subject // all that are named

	order     []*subject // of subjects, as they are locked
	receipts  [][]any
	newClaims []held
	events    [][]any
	entries   map[*family][][]any
}

type batchKey struct{ scope, key string }

// subject is a head in a batch.
type subject struct {
	Subject
	family   *family
	found    bool // has a row
	was      int64
	version  int64
	entries  int64
	recorded any
	listed   []any // as the row has them
	values   []any // that replace it; nil where none does
	used     bool  // a commit that was not refused names it
}

func newBatch(s *Store, commits []Commit, errs []error) *batch {
	b := &batch{Store: s, commits: commits, errs: errs, keys: map[batchKey]bool{}, claims: map[Claim]Subject{},
		subjects: make(map[Subject]*subject, len(commits)), entries: map[*family][][]any{}}
	for i := range commits {
		if errs[i] != nil {
			continue
		}
		for _, e := range commits[i].Require {
			b.name(e.Subject)
		}
		for j := range commits[i].Changes {
			b.name(commits[i].Changes[j].Subject)
		}
	}
	slices.SortFunc(b.order, func(x, y *subject) int { return x.compare(y.Subject) })
	return b
}

func (b *batch) name(s Subject) {
	if b.subjects[s] == nil {
		named := &subject{Subject: s, family: b.family(s.Kind)}
		b.subjects[s], b.order = named, append(b.order, named)
	}
}

// run does the batch in a transaction, or fails whole.
func (b *batch) run(ctx context.Context, tx *sql.Tx) error {
	if err := b.begin(ctx, tx); err != nil {
		return err
	}
	for _, read := range []func(context.Context, *sql.Tx) error{b.readSubjects, b.readKeys, b.readClaims} {
		if err := read(ctx, tx); err != nil {
			return err
		}
	}
	for i := range b.commits {
		if b.errs[i] == nil {
			b.errs[i] = b.admit(&b.commits[i])
			switch {
			case b.errs[i] == nil:
				b.take(&b.commits[i])
			case !b.repeats: // it may have been committed before, which would be the answer
				return &Error{Reason: "a batch of commits", Err: errKeys}
			}
		}
	}
	return b.write(ctx, tx)
}

// begin makes the first statement of a SQLite transaction one that writes.
func (b *batch) begin(ctx context.Context, tx *sql.Tx) error {
	if b.dialect != SQLite {
		return nil
	}
	_, err := b.exec(ctx, tx, b.text("DELETE FROM {schema} WHERE version < 1"))
	return err
}

// readSubjects locks the heads in their order and reads them.
func (b *batch) readSubjects(ctx context.Context, tx *sql.Tx) error {
	for rest := b.order; len(rest) > 0; {
		kind := rest[0].Kind
		var ids []string
		for len(rest) > 0 && rest[0].Kind == kind {
			ids, rest = append(ids, rest[0].ID), rest[1:]
		}
		f := b.family(kind)
		before := []any{b.tenant}
		if f.Kind == "" {
			before = append(before, kind)
		}
		if err := b.among(ctx, tx, f.heads, before, ids, func(found *sql.Rows) error { return b.scan(found, kind, f) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) scan(found *sql.Rows, kind string, f *family) error {
	var id string
	var version, entries int64
	var recorded sql.NullInt64
	listed := make([]any, len(f.listed))
	into := []any{&id, &version, &entries, &recorded}
	for i := range listed {
		into = append(into, &listed[i])
	}
	if err := found.Scan(into...); err != nil {
		return err
	}
	for i := range listed {
		if text, ok := listed[i].([]byte); ok { // as some drivers return texts
			listed[i] = string(text)
		}
	}
	s := b.subjects[Subject{kind, id}]
	if s == nil {
		return errUnexpected
	}
	s.found, s.was, s.version, s.entries, s.listed = true, version, version, entries, listed
	if recorded.Valid {
		s.recorded = recorded.Int64
	}
	return nil
}

var (
	keyChoice   = &Choice{Table: "{receipts}", Select: "commit_key", Where: "tenant = $1 AND scope = $2", Column: "commit_key"}
	claimChoice = &Choice{Table: "{claims}", Select: "claim_key, kind, id", Where: "tenant = $1 AND space = $2", Column: "claim_key"}
)

func (b *batch) readKeys(ctx context.Context, tx *sql.Tx) error {
	if !b.repeats {
		return nil
	}
	wanted := map[string][]string{}
	var scopes []string
	for i := range b.commits {
		c := &b.commits[i]
		if c.Key == "" || b.errs[i] != nil {
			continue
		}
		if wanted[c.Scope] == nil {
			scopes = append(scopes, c.Scope)
		}
		wanted[c.Scope] = append(wanted[c.Scope], c.Key)
	}
	for _, scope := range scopes {
		err := b.among(ctx, tx, keyChoice, []any{b.tenant, scope}, wanted[scope], func(found *sql.Rows) error {
			key := batchKey{scope: scope}
			err := found.Scan(&key.key)
			b.keys[key] = true
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) readClaims(ctx context.Context, tx *sql.Tx) error {
	wanted := map[string][]string{}
	var spaces []string
	for i := range b.commits {
		if b.errs[i] != nil {
			continue
		}
		for j := range b.commits[i].Changes {
			for _, c := range b.commits[i].Changes[j].Claims {
				if wanted[c.Space] == nil {
					spaces = append(spaces, c.Space)
				}
				wanted[c.Space] = append(wanted[c.Space], c.Key)
			}
		}
	}
	for _, space := range spaces {
		err := b.among(ctx, tx, claimChoice, []any{b.tenant, space}, wanted[space], func(found *sql.Rows) error {
			claim, holder := Claim{Space: space}, Subject{}
			err := found.Scan(&claim.Key, &holder.Kind, &holder.ID)
			b.claims[claim] = holder
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// admit says whether a commit can be applied behind those before it.
func (b *batch) admit(c *Commit) error {
	if c.Key != "" && b.keys[batchKey{c.Scope, c.Key}] {
		return &Error{Reason: "the key was committed before", Err: fault.ErrDuplicate}
	}
	for _, e := range c.Require {
		if b.subjects[e.Subject].version != expected(e.Version) {
			return &Error{Subject: e.Subject, Reason: "its version moved", Err: fault.ErrConflict}
		}
	}
	for i := range c.Changes {
		change := &c.Changes[i]
		s := b.subjects[change.Subject]
		if s.version != expected(change.Expect) {
			return &Error{Subject: change.Subject, Reason: "its version moved", Err: fault.ErrConflict}
		}
		if change.First != 0 && Number(change.First) != s.entries+1 {
			return &Error{Subject: change.Subject, Reason: "its entries do not follow", Err: fault.ErrConflict}
		}
	}
	for i := range c.Changes {
		for _, claim := range c.Changes[i].Claims {
			if holder, held := b.claims[claim]; held && holder != c.Changes[i].Subject {
				return &Error{Subject: c.Changes[i].Subject, Space: claim.Space, Holder: holder, Reason: "another holds the claim", Err: fault.ErrTaken}
			}
		}
	}
	return nil
}

// take notes what an admitted commit changes.
func (b *batch) take(c *Commit) {
	if c.Key != "" {
		b.keys[batchKey{c.Scope, c.Key}] = true
		b.receipts = append(b.receipts, b.receiptOf(c))
	}
	for _, e := range c.Require {
		b.subjects[e.Subject].used = true
	}
	for i := range c.Changes {
		change := &c.Changes[i]
		s := b.subjects[change.Subject]
		b.entries[s.family] = append(b.entries[s.family], b.entriesOf(s.family, change, s.entries)...)
		b.events = b.eventsOf(b.events, change)
		for _, claim := range change.Claims {
			if _, taken := b.claims[claim]; !taken {
				b.claims[claim] = change.Subject
				b.newClaims = append(b.newClaims, held{claim, change.Subject})
			}
		}
		s.used = true
		s.version++
		s.entries += int64(len(change.Entries))
		if n := len(change.Entries); n > 0 {
			s.recorded = Micros(change.Entries[n-1].Recorded)
		}
		if change.Values != nil {
			s.values = change.Values
		}
	}
}
