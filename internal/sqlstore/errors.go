package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Error is an answer of the store that the domain words in its own way. Err is a
// sentinel of package fault.
type Error struct {
	Subject Subject // whose version or claim it is about
	Space   string  // of the claim; the field, where an argument is refused
	Holder  Subject // who has the claim, for fault.ErrTaken
	Reason  string
	Err     error
}

func (e *Error) Error() string { return "sqlstore: " + e.Reason + fault.Cause(e.Err) }

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// fail words an error of the database: after the end of the context it wraps the
// context's error, and where a transaction of the store's own lost against another
// it is fault.ErrConflict.
func (s *Store) fail(ctx context.Context, err error) error {
	var own *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w: %w", s.domain.Name, ctx.Err(), err)
	case s.tx == nil && s.dialect.contended(err):
		return &Error{Reason: "another transaction stood in the way", Err: fault.ErrConflict}
	}
	return fmt.Errorf("%s: %w", s.domain.Name, err)
}
