package survival

import "math"

// Time is the type of the times of an observation, in any one unit: whole days,
// counted from each subject's own origin, as int, int32 or a type made of them
// such as calendar.Day; or float64. Whole days are counted instead of sorted.
//
// Times are compared exactly. Compute them as integers where they can be: two
// float64 differences that should be equal may differ in the last bit and then
// are no tie.
type Time interface {
	~int | ~int32 | ~float64
}

// Observation is what is known of one subject: it was under observation in
// (Entry, Time], and at Time the event happened, or observation ended without
// one (right censoring, 右删失).
//
// Entry is later than the origin where the subject could be seen only from then
// on (left truncation, 左截断): an employee hired before the study's window, a
// customer imported with a history. The zero value means observed from the
// origin on, and only then Time may be 0: such a subject is at risk at time 0,
// as in R.
//
// Valid: 0 <= Entry < Time, or both 0; finite; whole numbers up to 2^53.
type Observation[T Time] struct {
	Entry T    `json:"entry"`
	Time  T    `json:"time"`
	Event bool `json:"event"`
}

// CompetingObservation is an [Observation] whose event has one of several
// causes (竞争风险): 1, 2 ... numbered by the caller; 0 is censored.
type CompetingObservation[T Time] struct {
	Entry T   `json:"entry"`
	Time  T   `json:"time"`
	Cause int `json:"cause"`
}

// isInteger reports whether T has no fractions.
func isInteger[T Time]() bool {
	var one T = 1
	return one/2 == 0
}

// maxTime is the largest valid time: above 2^53 neighbouring integers would
// become ties in the float64s of a curve.
func maxTime[T Time]() float64 {
	if isInteger[T]() {
		return 1 << 53
	}
	return math.MaxFloat64
}

// validSpell is the rule of [Observation] in a form that costs a hot loop
// little; limit is maxTime.
func validSpell[T Time](entry, time T, limit float64) bool {
	return entry >= 0 && (time > entry || time == entry && time == 0) && float64(time) <= limit
}

// explainSpell words the error of a row that is no validSpell.
func explainSpell[T Time](row int, entry, time T) error {
	if flaw := flawOf(entry); flaw != "" {
		return invalidRow(row, "entry", "%s", flaw)
	}
	if flaw := flawOf(time); flaw != "" {
		return invalidRow(row, "time", "%s", flaw)
	}
	return invalidRow(row, "time", "is not after entry")
}

func flawOf[T Time](x T) string {
	switch {
	case math.IsNaN(float64(x)):
		return "is not a number"
	case x < 0:
		return "is negative"
	case float64(x) <= maxTime[T]():
		return ""
	case isInteger[T]():
		return "is beyond 2^53"
	default:
		return "is infinite"
	}
}
