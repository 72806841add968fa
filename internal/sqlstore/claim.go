package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// held is a claim and the subject that is to hold it, or does.
type held struct {
	claim   Claim
	subject Subject
}

func sortedClaims(c Commit, of func(*Change) []Claim) []held {
	var all []held
	for i := range c.Changes {
		for _, claim := range of(&c.Changes[i]) {
			all = append(all, held{claim, c.Changes[i].Subject})
		}
	}
	slices.SortStableFunc(all, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.claim.Space, b.claim.Space), cmp.Compare(a.claim.Key, b.claim.Key))
	})
	return all
}

// claim gives back all claims of the commit that are to be released, then makes
// those that are to be made, both in order.
func (s *Store) claim(ctx context.Context, tx *sql.Tx, c Commit) error {
	releases := sortedClaims(c, func(change *Change) []Claim { return change.Releases })
	claims := sortedClaims(c, func(change *Change) []Claim { return change.Claims })
	if err := s.lockClaims(ctx, tx, releases, claims); err != nil {
		return err
	}
	for _, r := range releases {
		_, err := s.exec(ctx, tx, s.text("DELETE FROM {claims} WHERE tenant = $1 AND space = $2 AND claim_key = $3 AND kind = $4 AND id = $5"),
			s.tenant, r.claim.Space, r.claim.Key, r.subject.Kind, r.subject.ID)
		if err != nil {
			return err
		}
	}
	for lo, hi := range s.dialect.stretches(len(claims)) {
		if err := s.take(ctx, tx, claims[lo:hi]); err != nil {
			return err
		}
	}
	return nil
}

var claimRows = &rows{name: "claims", table: "claims", columns: []string{"tenant", "space", "claim_key", "kind", "id"}, tail: " ON CONFLICT DO NOTHING"}

func (s *Store) claimRow(h held) []any {
	return []any{s.tenant, h.claim.Space, h.claim.Key, h.subject.Kind, h.subject.ID}
}

// lockClaims locks what is there of the keys, in their order, where a commit both
// releases and claims: two that swap the same keys would else each hold what the
// other waits for. SQLite has one writer at a time and needs no locks.
func (s *Store) lockClaims(ctx context.Context, tx *sql.Tx, releases, claims []held) error {
	if s.dialect == SQLite || len(releases) == 0 || len(claims) == 0 {
		return nil
	}
	var keys [][]any
	for _, h := range slices.Concat(releases, claims) {
		keys = append(keys, []any{s.tenant, h.claim.Space, h.claim.Key})
	}
	found, err := s.query(ctx, tx, s.text(`SELECT space FROM {claims}
WHERE (tenant, space, claim_key) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
ORDER BY space, claim_key FOR UPDATE`), s.arrays(keys)...)
	return each(found, err, func() error { return nil })
}

// take inserts claims. Those that are there already are looked up: the subject's own
// stay, another's are taken.
func (s *Store) take(ctx context.Context, tx *sql.Tx, claims []held) error {
	all := make([][]any, len(claims))
	for i, h := range claims {
		all[i] = s.claimRow(h)
	}
	n, err := s.insert(ctx, tx, claimRows, all)
	if err != nil || n == int64(len(claims)) {
		return err
	}
	for _, h := range claims {
		holder, found, err := s.holder(ctx, tx, h.claim)
		switch {
		case err != nil:
			return err
		case !found: // its holder gave it back between the two statements
			if err := s.take(ctx, tx, []held{h}); err != nil {
				return err
			}
		case holder != h.subject:
			return &Error{Subject: h.subject, Space: h.claim.Space, Holder: holder, Reason: "another holds the claim", Err: fault.ErrTaken}
		}
	}
	return nil
}

// Holder returns the subject that holds a claim, or fault.ErrNotFound.
func (s *Store) Holder(ctx context.Context, claim Claim) (Subject, error) {
	if err := ctx.Err(); err != nil {
		return Subject{}, err
	}
	holder, found, err := s.holder(ctx, s.tx, claim)
	if err == nil && !found {
		return Subject{}, &Error{Space: claim.Space, Reason: "nobody holds the claim", Err: fault.ErrNotFound}
	}
	return holder, s.fail(ctx, err)
}

func (s *Store) holder(ctx context.Context, tx *sql.Tx, claim Claim) (holder Subject, found bool, err error) {
	rows, err := s.query(ctx, tx, s.text("SELECT kind, id FROM {claims} WHERE tenant = $1 AND space = $2 AND claim_key = $3"),
		s.tenant, claim.Space, claim.Key)
	err = each(rows, err, func() error {
		found = true
		return rows.Scan(&holder.Kind, &holder.ID)
	})
	return holder, found, err
}
