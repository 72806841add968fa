package tier

import "time"

// Event is one fact about a member that tiers depend on (会员事件). Its order in a
// slice has no meaning: what happens at one instant is taken together. No field is
// personal; Ref and Tier are codes.
type Event struct {
	Kind Kind `json:"kind"`
	// At is the instant from which it counts (生效时间), in the years 2 to 9998 and
	// floored to microseconds. A return counts from its own At: give it that of the
	// purchase where it is to be taken out of the window that the purchase was in.
	At time.Time `json:"at"`
	// Recorded is when it was learned (登记时间). It decides between several
	// placements at one instant, of which the last recorded holds, and is what
	// [Known] asks; else nothing depends on it.
	Recorded time.Time `json:"recorded,omitzero"`
	// The amounts of Qualify and Return, 0 or more: a return is subtracted.
	Points int64 `json:"points,omitzero"`
	Spend  int64 `json:"spend,omitzero"`
	Visits int64 `json:"visits,omitzero"`
	// Tier is the code that Grant and Place give, of the policy in force at At or, for
	// its heir, of an earlier one.
	Tier string `json:"tier,omitzero"`
	// Until ends a grant, exactly then; zero is without end.
	Until time.Time `json:"until,omitzero"`
	// Ref is the id of the order, return or decision behind it. A Revoke ends every
	// grant with the same Ref; of a grant that is not there it says nothing.
	Ref string `json:"ref,omitzero"`
}

// The seconds since 1970 at which the years 2 to 9998 begin and end: the years next
// to them are for what is counted from there.
const (
	firstSecond = -62104060800
	lastSecond  = 253370764800
)

func inYears(t time.Time) bool {
	return t.Unix() >= firstSecond && t.Unix() < lastSecond
}

// Validate reports everything that is wrong with e, joined.
func (e *Event) Validate() error {
	if e.fine() {
		return nil
	}
	var found problems
	e.report(&found, -1)
	return found.join()
}

// fine is Validate for the usual case, without words.
func (e *Event) fine() bool {
	return (e.Kind == Qualify || e.Kind == Return) && inYears(e.At) && min(e.Points, e.Spend, e.Visits) >= 0 &&
		e.Tier == "" && e.Until.IsZero() && validText(e.Ref)
}

func (e *Event) report(found *problems, item int) {
	amounts := e.Kind == Qualify || e.Kind == Return
	gives := e.Kind == Grant || e.Kind == Place
	found.check(e.Kind >= Enrol && e.Kind <= Place, "events.kind", item, "", "unknown")
	found.check(inYears(e.At), "events.at", item, "", "is missing or outside the years 2 to 9998")
	found.check(min(e.Points, e.Spend, e.Visits) >= 0, "events.points", item, "", "an amount is below 0")
	found.check(amounts || e.Points == 0 && e.Spend == 0 && e.Visits == 0, "events.points", item, "",
		"only purchases and returns have amounts")
	found.check(gives == (e.Tier != "") && validText(e.Tier), "events.tier", item, e.Tier,
		"is needed for a grant and a placement, and for them only")
	found.check(e.Until.IsZero() || e.Kind == Grant && e.Until.After(e.At) && inYears(e.Until), "events.until", item, "",
		"must be after At, and only a grant has one")
	found.check(validText(e.Ref) && (e.Ref != "" || e.Kind != Revoke), "events.ref", item, "",
		"must be up to 255 bytes of UTF-8 without NUL; a revocation needs it")
}

// Known returns the events that were recorded at r or before, in their order: what
// a question would have been answered from at r.
func Known(events []Event, r time.Time) []Event {
	var known []Event
	for _, e := range events {
		if !e.Recorded.After(r) {
			known = append(known, e)
		}
	}
	return known
}
