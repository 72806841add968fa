package field

// Migration takes the values of records from one version of a schema to a later one
// (字段迁移). [Plan] makes one for a single step of the version, [Migration.Then] joins
// them. It does not change, and may be used by several goroutines. The zero Migration
// leaves values as they are.
type Migration struct {
	stages []stage // each from the version that the one before ends with
}

// stage is the migration of one version.
type stage struct {
	from     int
	types    map[string]Type       // of the old fields
	target   map[string]string     // old code to new; none for dropped fields
	convert  map[string]conversion // by old code
	defaults map[string]Value      // by new code
	checker  *Checker              // of the new schema
}

// From returns the version that the migration starts from, 0 for the zero Migration.
func (m Migration) From() int {
	if len(m.stages) == 0 {
		return 0
	}
	return m.stages[0].from
}

// To returns the version that the migration ends with, 0 for the zero Migration.
func (m Migration) To() int {
	if len(m.stages) == 0 {
		return 0
	}
	return m.stages[len(m.stages)-1].checker.version
}

// Then returns the migration that does m and then next: its Apply is next.Apply
// after m.Apply. ErrConflict where next does not start from the version that m ends
// with; the zero Migration joins any.
func (m Migration) Then(next Migration) (Migration, error) {
	if len(m.stages) > 0 && len(next.stages) > 0 && m.To() != next.From() {
		return Migration{}, &Error{Part: "version", Reason: "of the next migration is not the one reached", Err: ErrConflict}
	}
	return Migration{stages: append(m.stages[:len(m.stages):len(m.stages)], next.stages...)}, nil
}

// Dropped is a value that a [Drop] took out of a record. It may be personal.
type Dropped struct {
	Version int    `json:"version"` // of the schema that had the field
	Field   string `json:"field"`   // its code there
	Value   Value  `json:"value"`
}

// Apply returns the values as the last version has them, and those that a step
// dropped, in the order of the versions and then of the codes. The values given stay
// as they are. Where a value cannot go over nothing is returned but the errors,
// joined; each is an [*Error] that names the field under the version in which it
// failed, without the value. ErrInvalid: a value without a field or of another type
// than its field in the old version, one that the conversion has no answer for, one
// that the new definition refuses. ErrIncomplete: a required value is empty.
func (m Migration) Apply(values Values) (Values, []Dropped, error) {
	out, dropped, _, err := m.run(values)
	return out, dropped, err
}

// Record is Apply for a record: its values become those of the last version, and so
// does what is known to be personal. ErrConflict where the record has values and is of another
// version than [Migration.From]. The zero Migration returns r.
func (m Migration) Record(r Record) (Record, []Dropped, error) {
	if len(m.stages) == 0 {
		return r.Clone(), nil, nil
	}
	if r.Version != m.From() && len(r.Values) > 0 {
		return Record{}, nil, &Error{Part: "version", Reason: "of the record is not the one to start from", Err: ErrConflict}
	}
	values, dropped, err := m.Apply(r.Values)
	if err != nil {
		return Record{}, nil, err
	}
	last := m.stages[len(m.stages)-1].checker
	migrated, err := last.Record(Record{Version: last.version, Values: values}, values)
	return migrated, dropped, err
}

// event is what happened to one field of one record.
type event struct {
	version int // of the schema that has the field under this code
	code    string
	what    outcome
}

type outcome uint8

const (
	carried outcome = iota
	converted
	defaulted
	left
	failed
)

func (m Migration) run(values Values) (Values, []Dropped, []event, error) {
	var dropped []Dropped
	var events []event
	out := make(Values, len(values))
	for code, v := range values {
		out[code] = v
	}
	for _, s := range m.stages {
		next, gone, seen, err := s.apply(out)
		events = append(events, seen...)
		if err != nil {
			return nil, nil, events, err
		}
		out, dropped = next, append(dropped, gone...)
	}
	return out, dropped, events, nil
}

func (s stage) apply(values Values) (Values, []Dropped, []event, error) {
	var f faults
	var dropped []Dropped
	var events []event
	out := make(Values, len(values))
	for _, code := range sortedKeys(values) {
		v := values[code]
		what := carried
		target, goesOn := s.target[code]
		if t, ok := s.types[code]; !ok || v.kind != t || !v.Valid() {
			f.add(code, "", "has no value of the old version's type", ErrInvalid)
			code, what = f[len(f)-1].Field, failed
		} else if !goesOn {
			dropped = append(dropped, Dropped{Version: s.from, Field: code, Value: v})
			what = left
		} else if to, reason := s.convert[code].apply(v, values); reason != "" {
			f.add(code, "", reason, ErrInvalid)
			what = failed
		} else {
			if to != v {
				what = converted
			}
			if !to.IsZero() {
				out[target] = to
			}
		}
		events = append(events, event{s.from, code, what})
	}
	for _, code := range sortedKeys(s.defaults) {
		if out[code].IsZero() {
			out[code] = s.defaults[code]
			events = append(events, event{s.checker.version, code, defaulted})
		}
	}
	if len(f) == 0 {
		f = s.checker.faults(out, out)
		for _, fault := range f {
			events = append(events, event{s.checker.version, fault.Field, failed})
		}
	}
	return out, dropped, events, f.join()
}
