package stage

import "strconv"

// Rung is a customer's place on the ladder (顾客梯级). Higher rungs are greater
// numbers. The zero value says that no rung is known.
type Rung uint8

const (
	RungTarget  Rung = iota + 1 // in the group that we want to serve, no contact yet 目标顾客
	RungIntent                  // has shown interest, has not bought 意向顾客
	RungOneTime                 // has bought once 一次性消费顾客
	RungRepeat                  // has come back 老顾客
	RungLoyal                   // keeps coming back to us 忠诚顾客
	RungSeed                    // loyal, and brings others who buy 种子顾客
)

// rungNames is indexed by Rung; its first line is for no rung.
var rungNames = [...]struct{ en, zh string }{
	RungTarget:  {"target", "目标顾客"},
	RungIntent:  {"intent", "意向顾客"},
	RungOneTime: {"one-time", "一次性消费顾客"},
	RungRepeat:  {"repeat", "老顾客"},
	RungLoyal:   {"loyal", "忠诚顾客"},
	RungSeed:    {"seed", "种子顾客"},
}

// Rungs returns the six rungs from the lowest to the highest.
func Rungs() []Rung {
	return []Rung{RungTarget, RungIntent, RungOneTime, RungRepeat, RungLoyal, RungSeed}
}

// ParseRung reads the form of String: "one-time". Any other text, the empty one
// too, is ErrInvalid.
func ParseRung[T ~string | ~[]byte](text T) (Rung, error) {
	if len(text) > 0 {
		for r, name := range rungNames {
			if string(text) == name.en {
				return Rung(r), nil
			}
		}
	}
	return 0, errUnknown()
}

// IsZero reports whether no rung is known.
func (r Rung) IsZero() bool { return r == 0 }

// Valid reports whether r is one of the six rungs.
func (r Rung) Valid() bool { return r >= RungTarget && r <= RungSeed }

// String returns the English name, "" for no rung, and Rung(n) for a number that
// is no rung.
func (r Rung) String() string {
	if r > RungSeed {
		return "Rung(" + strconv.Itoa(int(r)) + ")"
	}
	return rungNames[r].en
}

// Zh returns the Chinese name, "" for no rung, and Rung(n) for a number that is
// no rung.
func (r Rung) Zh() string {
	if r > RungSeed {
		return r.String()
	}
	return rungNames[r].zh
}

// MarshalText writes the form of String, and nothing for no rung. A number that
// is no rung is ErrInvalid.
func (r Rung) MarshalText() ([]byte, error) {
	if r > RungSeed {
		return nil, errUnknown()
	}
	return []byte(rungNames[r].en), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Rung) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = 0
		return nil
	}
	parsed, err := ParseRung(text)
	if err == nil {
		*r = parsed
	}
	return err
}

func errUnknown() error {
	return &Error{Field: "rung", Reason: "is not on the ladder", Err: ErrInvalid}
}
