package reminder

import "time"

// Snooze puts a firing off until an instant (稍后提醒): it fires again then, unless the next
// one comes first. A firing that is snoozed may be snoozed anew.
//
// ErrInvalid: an until that is not later than now; ErrNotFound: no open firing has the
// name; ErrTransition: the reminder has ended.
func (r Reminder) Snooze(l Ledger, id string, until time.Time, by Act) (Entry, error) {
	if err := l.answerable(&by); err != nil {
		return Entry{}, err
	}
	if !until.After(by.Recorded) {
		return Entry{}, refuse(ErrInvalid, codePast, "until", id)
	}
	if l.find(id) < 0 {
		return Entry{}, refuse(ErrNotFound, codeNoFiring, "id", id)
	}
	e := Entry{Act: by, Kind: Snoozed, IDs: []string{id}, Until: until}
	return e, e.check()
}

// Done records that what a firing asks for was done (处理完成). Without a name it closes
// all that is open; where the reminder counts from when it was last done, it may come
// before any firing, and puts the next one off.
//
// ErrNotFound: no open firing has the name; ErrTransition: the reminder has ended, or
// nothing is open; ErrInvalid: the act.
func (r Reminder) Done(l Ledger, id string, by Act) (Entry, error) { return r.close(l, Done, id, by) }

// Dismiss records that a firing is not to be answered (忽略). It is as [Reminder.Done]
// in all else.
func (r Reminder) Dismiss(l Ledger, id string, by Act) (Entry, error) {
	return r.close(l, Dismissed, id, by)
}

func (r Reminder) close(l Ledger, kind EntryKind, id string, by Act) (Entry, error) {
	if err := l.answerable(&by); err != nil {
		return Entry{}, err
	}
	e := Entry{Act: by, Kind: kind}
	switch {
	case id != "" && l.find(id) < 0:
		return Entry{}, refuse(ErrNotFound, codeNoFiring, "id", id)
	case id != "":
		e.IDs = []string{id}
	case len(l.Open) == 0 && r.From != LastDone:
		return Entry{}, refuse(ErrTransition, codeNothing, "id", "")
	default:
		for _, o := range l.Open {
			e.IDs = append(e.IDs, o.IDs[0])
		}
	}
	return e, nil
}

// answerable reports whether anybody can answer anything at all.
func (l Ledger) answerable(by *Act) error {
	if err := by.check(); err != nil {
		return err
	}
	if l.Stopped != 0 {
		return refuse(ErrTransition, codeStopped, "reminder", "")
	}
	return nil
}
