package tier

import "time"

// Tracker keeps the standing of one member up to date, event by event (等级跟踪). It
// says at every instant what [Programme.Evaluate] says of the same events, in
// whatever order they came: one that strikes in the past is put in its place, and
// the time from there on is computed again from the checkpoint before it.
//
// It holds 32 bytes for each purchase and a checkpoint for every 16. An event in
// order costs less than a microsecond and allocates nothing, unless the memory has
// to grow. It is not safe for use by several goroutines at once.
// [Programme.NewTracker] makes one; of the zero Tracker all answers are ErrInvalid.
type Tracker struct {
	tl    timeline
	m     machine
	marks []state // rising
	last  int64   // the latest instant of an event
}

// marked is how many purchases there are from one checkpoint to the next.
const marked = 16

// NewTracker returns a tracker without events.
func (p *Programme) NewTracker() *Tracker {
	t := &Tracker{}
	t.reset(p)
	return t
}

// Reset forgets all events, and keeps the memory for those of the next member.
func (t *Tracker) Reset() { t.reset(t.m.p) }

func (t *Tracker) reset(p *Programme) {
	t.tl = timeline{items: t.tl.items[:0], enrolled: never, from: ever}
	t.marks, t.last = t.marks[:0], ever
	t.m = begin(p, &t.tl)
}

// Add takes in an event that was just learned. Its errors are those of
// [Programme.Evaluate]; a refused event leaves the tracker as it was.
func (t *Tracker) Add(e Event) error {
	if err := t.m.p.made(); err != nil {
		return err
	}
	if err := e.Validate(); err != nil {
		return err
	}
	at, enrolled := micros(e.At), t.tl.enrolled
	if err := t.tl.insert(t.m.p, &e, -1); err != nil {
		return err
	}
	switch {
	case e.Kind == Enrol:
		if t.tl.enrolled != enrolled {
			t.marks = t.marks[:0]
			t.m = begin(t.m.p, &t.tl)
		}
	case at <= t.m.now:
		t.rewind(at)
		fallthrough
	default:
		t.last = max(t.last, at)
	}
	t.advance(t.last)
	return nil
}

// rewind goes back to the last checkpoint before the instant.
func (t *Tracker) rewind(at int64) {
	n := len(t.marks)
	for n > 0 && t.marks[n-1].now >= at {
		n--
	}
	t.marks = t.marks[:n]
	if n == 0 {
		t.m = begin(t.m.p, &t.tl)
		return
	}
	t.m.state = t.marks[n-1]
}

// advance goes on to the instant, and leaves checkpoints behind.
func (t *Tracker) advance(until int64) {
	for int(t.m.items) < len(t.tl.items) && t.tl.items[t.m.items].at <= until {
		if n := len(t.marks); n == 0 || t.m.items >= t.marks[n-1].items+marked {
			t.marks = append(t.marks, t.m.state)
		}
		t.m.run(t.tl.items[t.m.items].at)
	}
	t.m.run(until)
}

// Standing returns what [Programme.Evaluate] returns for the events so far. At an
// instant after all of them it does not allocate.
func (t *Tracker) Standing(at time.Time) (Standing, error) {
	m, err := t.at(at)
	if err != nil {
		return Standing{}, err
	}
	return m.standing(micros(at)), nil
}

// Outlook returns what [Programme.Outlook] returns for the events so far.
func (t *Tracker) Outlook(at time.Time) (Outlook, error) {
	m, err := t.at(at)
	if err != nil {
		return Outlook{}, err
	}
	return m.outlook(micros(at)), nil
}

// History returns what [Programme.History] returns for the events so far.
func (t *Tracker) History(until time.Time) ([]Change, error) {
	m, err := t.at(until)
	if err != nil {
		return nil, err
	}
	return m.tl.history(m.p, micros(until)), nil
}

// at returns a machine that has run to the instant, over no more than lies before.
func (t *Tracker) at(at time.Time) (machine, error) {
	if err := t.m.p.made(); err != nil {
		return machine{}, err
	}
	if !inYears(at) {
		return machine{}, refuse(ErrInvalid, "at", -1, "", "is missing or outside the years 2 to 9998")
	}
	m := t.m
	if until := micros(at); until < t.last {
		part := t.tl.upTo(until)
		m = begin(t.m.p, &part)
		if err := part.complete(m.p); err != nil {
			return machine{}, err
		}
	} else if err := t.tl.complete(t.m.p); err != nil {
		return machine{}, err
	}
	m.run(micros(at))
	return m, nil
}
