package rule

import (
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Subject is a customer (客户) as a rule sees one. A host implements it over the
// data that it has, in whatever layout they lie; [Record] is the implementation
// in memory.
//
// Vocabulary: attribute i, kind k and attribute i of kind k are positions in the
// slices given to [NewSchema]. Event n of a kind is any numbering from 0 to
// EventCount(k) - 1: by day, by arrival or in no order at all; no answer depends
// on it.
//
// Values: a value has the type and the scale of its field, or is the zero
// [Value] where it is missing; anything else is an error of
// [Segment.Match]. An event has a valid day; that it has none is an error.
//
// Time: attributes are those of the as-of day, which only the host can know.
// Events are all that the host has, also those of the as-of day and later: they
// are left out here, so that one subject can be asked about any day of the past.
// The list of events is taken to be complete: what is not in it did not happen.
//
// Concurrency: the methods are called one after the other while a method of
// [Segment] runs and never after it; the data must not change in between. They
// are called only for positions that exist, some of them more than once and some
// not at all. Two goroutines may ask two subjects through one [Segment].
type Subject interface {
	// Attribute returns attribute i.
	Attribute(i int) Value
	// EventCount returns the number of events of kind k; below 0 is none.
	EventCount(k int) int
	// EventDay returns the day of event n of kind k.
	EventDay(k, n int) calendar.Day
	// EventAttribute returns attribute i of event n of kind k.
	EventAttribute(k, n, i int) Value
}

// Values are values by the name of their attribute. One that is absent is
// missing, as the zero [Value] is.
type Values map[string]Value

// Event is something that happened to a customer on a day (事件).
type Event struct {
	Kind   string       // the name of its [EventKind]
	Day    calendar.Day // when it happened
	Values Values       // its attributes
}

// LogValue writes the kind and the day, and no attribute.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", e.Kind), slog.String("day", e.Day.String()))
}

// Record is a [Subject] in memory. The zero Record has no attribute and no
// event.
type Record struct {
	attributes []Value
	events     [][]recordEvent // by kind
}

type recordEvent struct {
	day    calendar.Day
	values []Value
}

// NewRecord returns the customer with these attributes and events, in any
// order. What does not fit the schema is an error with its place: a name that it
// does not have ("/attributes/ctiy"), a value of another type or scale
// ("/events/3/amount"), an event without a valid day ("/events/3/day"). The
// arguments are copied, except the tags in a [Value].
func NewRecord(schema *Schema, attributes Values, events []Event) (*Record, error) {
	if schema == nil {
		return nil, invalid("", "no schema is given")
	}
	var found problems
	r := &Record{
		attributes: row(attributes, schema.attributes, schema.index, "/attributes", &found),
		events:     make([][]recordEvent, len(schema.kinds)),
	}
	for i, e := range events {
		path := "/events/" + strconv.Itoa(i)
		k, ok := schema.kindIndex[e.Kind]
		if !ok {
			found.add(invalid(path+"/kind", "the schema has no such kind of event"))
			continue
		}
		if !e.Day.Valid() {
			found.add(invalid(path+"/day", "an event needs a day from the years 1 to 9999"))
		}
		values := row(e.Values, schema.kinds[k].Attributes, schema.inKind[k], path, &found)
		r.events[k] = append(r.events[k], recordEvent{e.Day, values})
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return r, nil
}

// row puts values into the order of the fields.
func row(values Values, fields []Field, index map[string]int, path string, found *problems) []Value {
	list := make([]Value, len(fields))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i, ok := index[name]
		if !ok {
			found.add(invalid(path+"/"+escapePointer(name), "the schema has no such attribute"))
			continue
		}
		if reason := values[name].fits(fields[i]); reason != "" {
			found.add(invalid(path+"/"+escapePointer(name), reason))
		}
		list[i] = values[name]
	}
	return list
}

// Attribute implements [Subject].
func (r *Record) Attribute(i int) Value {
	if i < len(r.attributes) {
		return r.attributes[i]
	}
	return Value{}
}

// EventCount implements [Subject].
func (r *Record) EventCount(k int) int {
	if k < len(r.events) {
		return len(r.events[k])
	}
	return 0
}

// EventDay implements [Subject].
func (r *Record) EventDay(k, n int) calendar.Day { return r.events[k][n].day }

// EventAttribute implements [Subject].
func (r *Record) EventAttribute(k, n, i int) Value {
	if values := r.events[k][n].values; i < len(values) {
		return values[i]
	}
	return Value{}
}

// LogValue writes how many events there are, and no attribute.
func (r *Record) LogValue() slog.Value {
	n := 0
	for _, events := range r.events {
		n += len(events)
	}
	return slog.GroupValue(slog.Int("events", n))
}
