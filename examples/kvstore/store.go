package kvstore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
)

// Store is a [crm.Store], [crm.Outbox] and [crm.Pruner] in a bbolt file. It is
// made by [New].
type Store struct {
	db     *bbolt.DB
	tenant []byte
}

// New returns the store of one tenant in db. A tenant that is no id is
// [crm.ErrInvalid]. The database stays the caller's to close, and the store is not
// used after that.
func New(db *bbolt.DB, tenant string) (*Store, error) {
	if !crm.ValidID(tenant) {
		return nil, &crm.Error{Field: "tenant", Reason: "is no id", Err: crm.ErrInvalid}
	}
	return &Store{db, []byte(tenant)}, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(tenant))
		return err
	})
}

// run runs body in a transaction of its own, which begin begins: bbolt's View or
// Update. What body did and returned counts unless it failed.
func run[T any](ctx context.Context, s *Store, begin func(func(*bbolt.Tx) error) error, body func(*step) T) (T, error) {
	var result, none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	err := begin(func(tx *bbolt.Tx) error {
		t := &step{Bucket: tx.Bucket(s.tenant), err: ctx.Err()} // it may have waited for another
		result = body(t)
		return t.err
	})
	if err != nil {
		return none, fmt.Errorf("kvstore: %w", err)
	}
	return result, nil
}

// update runs body in the one transaction that may write.
func (s *Store) update(ctx context.Context, body func(*step)) error {
	_, err := run(ctx, s, s.db.Update, func(t *step) struct{} { body(t); return struct{}{} })
	return err
}

// step is a transaction so far. Its first failure stands, and rolls back all of it,
// whatever follows. So the code can say one thing after another, in the order of
// the contract.
type step struct {
	*bbolt.Bucket
	err error
}

func (t *step) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// get reads the value under a key, and reports whether there is one.
func get[T any](t *step, key string) (value T, ok bool) {
	text := t.Get([]byte(key))
	if text != nil {
		t.fail(json.Unmarshal(text, &value))
	}
	return value, text != nil
}

func (t *step) put(key string, value any) {
	text, err := json.Marshal(value)
	t.fail(err)
	t.fail(t.Put([]byte(key), text))
}

func (t *step) remove(key string) { t.fail(t.Delete([]byte(key))) }

const noLimit = -1

// keys returns at most so many keys, from one on, up to another.
func (t *step) keys(from, until string, most int) (found []string) {
	cursor := t.Cursor()
	for key, _ := cursor.Seek([]byte(from)); key != nil && string(key) < until && len(found) != most; key, _ = cursor.Next() {
		found = append(found, string(key))
	}
	return found
}

// join puts NUL between the parts of a key. With an empty last part it is what all
// keys begin with that begin with the others, and less than any of them.
func join(parts ...string) string { return strings.Join(parts, "\x00") }

// end is greater than every key that begins with what ends in NUL, and less than
// all that come behind those.
func end(prefix string) string { return strings.TrimSuffix(prefix, "\x00") + "\x01" }

// number writes n so that the bytes order as the numbers do.
func number(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

// place is where a subject stands in the order of listings.
func place(s crm.Subject) string { return join(string(s.Kind), s.ID) }
