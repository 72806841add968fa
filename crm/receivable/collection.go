package receivable

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/stage"
)

// Collection says into which sales category a customer should move (催款客户): into
// collection where something is overdue, and from there, where nothing is any more, back
// into the one before. ok is false where nothing should move, also where the machine
// has no way. Nothing moves by itself: the caller decides over the entry.
//
// ErrInvalid: a journal that the machine cannot read.
func Collection(m *stage.Machine[stage.SalesCategory], journal []stage.Entry[stage.SalesCategory], overdue int64) (to stage.SalesCategory, ok bool, err error) {
	spells, err := m.Spells(journal, time.Time{})
	if err != nil {
		return 0, false, &Error{Field: "journal", Item: -1, Code: codeJournal, Err: err}
	}
	if len(spells) == 0 {
		return 0, false, nil
	}
	now := spells[len(spells)-1].State
	switch {
	case overdue > 0 && now != stage.SalesInCollection:
		to = stage.SalesInCollection
	case overdue <= 0 && now == stage.SalesInCollection && len(spells) > 1:
		to = spells[len(spells)-2].State
	default:
		return 0, false, nil
	}
	if _, allowed := m.Allows(now, to); !allowed {
		return 0, false, nil
	}
	return to, true, nil
}
