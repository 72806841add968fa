package crmsql

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
)

// ErrVersion: the tables are of another version than this program, or missing. All
// other sentinels are those of package crm.
var ErrVersion = fault.ErrVersion

// worded turns an answer of sqlstore into one of package crm.
func worded(err error) error {
	var e *sqlstore.Error
	if !errors.As(err, &e) {
		return err
	}
	return &crm.Error{Subject: subjectOf(e.Subject), Field: e.Space, Holder: subjectOf(e.Holder), Reason: e.Reason, Err: e.Err}
}

func subjectOf(s sqlstore.Subject) crm.Subject { return crm.Subject{Kind: crm.Kind(s.Kind), ID: s.ID} }

func plain(s crm.Subject) sqlstore.Subject { return sqlstore.Subject{Kind: string(s.Kind), ID: s.ID} }

// askable refuses what a database cannot be asked.
func askable(texts ...string) error { return worded(sqlstore.Askable(texts...)) }
