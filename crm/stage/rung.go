package stage

import "github.com/guanxi-go/guanxi/internal/enum"

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

var rungs = enum.New[Rung]("rung", notOnLadder, enum.Names{
	RungTarget:  {"target", "目标顾客"},
	RungIntent:  {"intent", "意向顾客"},
	RungOneTime: {"one-time", "一次性消费顾客"},
	RungRepeat:  {"repeat", "老顾客"},
	RungLoyal:   {"loyal", "忠诚顾客"},
	RungSeed:    {"seed", "种子顾客"},
})

// Rungs returns the six rungs from the lowest to the highest.
func Rungs() []Rung { return rungs.All() }

// ParseRung reads the form of String: "one-time". Any other text, the empty one
// too, is ErrInvalid.
func ParseRung[T ~string | ~[]byte](text T) (Rung, error) {
	var r Rung
	if len(text) == 0 {
		return 0, notOnLadder("rung")
	}
	err := rungs.Unmarshal(&r, []byte(text))
	return r, err
}

// IsZero reports whether no rung is known.
func (r Rung) IsZero() bool { return r == 0 }

// Valid reports whether r is one of the six rungs.
func (r Rung) Valid() bool { return rungs.Valid(r) }

// String returns the English name, "" for no rung, and ? for a number that is no rung.
func (r Rung) String() string { return rungs.Code(r) }

// Zh returns the Chinese name, "" for no rung, and ? for a number that is no rung.
func (r Rung) Zh() string { return rungs.Zh(r) }

// MarshalText writes the form of String, and nothing for no rung. A number that
// is no rung is ErrInvalid.
func (r Rung) MarshalText() ([]byte, error) { return rungs.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Rung) UnmarshalText(text []byte) error { return rungs.Unmarshal(r, text) }

func notOnLadder(field string) error { return refuse(field, "is not on the ladder") }
