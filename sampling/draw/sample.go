package draw

import (
	"encoding/hex"
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/ticket"
)

// A Design is a rule by which units are drawn (抽样设计).
type Design uint8

// The designs. Each text is the name with hyphens, such as "stratified-tickets".
const (
	_                         Design = iota
	DesignSimple                     // simple random without replacement
	DesignWithReplacement            // simple random with replacement
	DesignSystematic                 // equal probabilities, fractional interval
	DesignCircular                   // equal probabilities, circular systematic
	DesignStratified                 // simple random within strata
	DesignCluster                    // whole clusters, simple random
	DesignTwoStage                   // clusters, then units within them, both simple random
	DesignBernoulli                  // every unit by itself with one probability
	DesignTickets                    // the units of the smallest tickets
	DesignStratifiedTickets          // the smallest tickets within each stratum
	DesignPoissonTickets             // every unit whose ticket lies below its own probability
	DesignPanel                      // one period of a rotating panel, by tickets
	DesignReservoir                  // simple random from a stream
	DesignWeightedReservoir          // by weight, one after another, from a stream; not proportional to weight
	DesignPoisson                    // every unit by itself with a probability of its own
	DesignPPSSystematic              // proportional to size, systematic
	DesignPPSSystematicRandom        // the same in random order
	DesignPPSReplacement             // proportional to size, with replacement
	DesignPivotal                    // pivotal in the order of the frame
	DesignPivotalRandom              // pivotal in random order
	DesignSampford                   // Sampford 1967
	DesignConditionalPoisson         // maximum entropy at fixed size
	DesignTille                      // by elimination, Tillé 1996
	DesignMidzuno                    // the complement of that, generalised Midzuno
	DesignCube                       // balanced
	DesignLocalCube                  // balanced and spread in space
	DesignLocalPivotal               // spread in space
)

var designNames = enum.New[Design]("design", unknown, enum.Names{
	DesignSimple:              {"simple", "简单随机不重复抽样"},
	DesignWithReplacement:     {"with-replacement", "重复抽样"},
	DesignSystematic:          {"systematic", "等距抽样"},
	DesignCircular:            {"circular-systematic", "循环等距抽样"},
	DesignStratified:          {"stratified", "分层抽样"},
	DesignCluster:             {"cluster", "整群抽样"},
	DesignTwoStage:            {"two-stage", "二阶段抽样"},
	DesignBernoulli:           {"bernoulli", "伯努利抽样"},
	DesignTickets:             {"tickets", "签号抽样"},
	DesignStratifiedTickets:   {"stratified-tickets", "分层签号抽样"},
	DesignPoissonTickets:      {"poisson-tickets", "签号泊松抽样"},
	DesignPanel:               {"rotating-panel", "轮换样本"},
	DesignReservoir:           {"reservoir", "蓄水池抽样"},
	DesignWeightedReservoir:   {"weighted-reservoir", "加权蓄水池抽样"},
	DesignPoisson:             {"poisson", "泊松抽样"},
	DesignPPSSystematic:       {"pps-systematic", "不等概率等距抽样"},
	DesignPPSSystematicRandom: {"pps-systematic-random", "随机排序不等概率等距抽样"},
	DesignPPSReplacement:      {"pps-with-replacement", "不等概率重复抽样"},
	DesignPivotal:             {"pivotal", "枢轴抽样"},
	DesignPivotalRandom:       {"pivotal-random", "随机枢轴抽样"},
	DesignSampford:            {"sampford", "Sampford 抽样"},
	DesignConditionalPoisson:  {"conditional-poisson", "最大熵抽样"},
	DesignTille:               {"tille", "Tillé 淘汰抽样"},
	DesignMidzuno:             {"midzuno", "Midzuno 抽样"},
	DesignCube:                {"cube", "立方体平衡抽样"},
	DesignLocalCube:           {"local-cube", "局部立方体抽样"},
	DesignLocalPivotal:        {"local-pivotal", "局部枢轴抽样"},
})

// String returns the name, such as "two-stage", "" for no design and ? for a value that is none.
func (d Design) String() string { return designNames.Code(d) }

// Zh returns the Chinese name, such as 二阶段抽样.
func (d Design) Zh() string { return designNames.Zh(d) }

// MarshalText returns the name; a value that is none of the designs is ErrInvalid.
func (d Design) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, unknown("design")
	}
	return designNames.Marshal(d)
}

// UnmarshalText reads a name; an unknown one is ErrInvalid.
func (d *Design) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return unknown("design")
	}
	return designNames.Unmarshal(d, text)
}

// An Order says how the units of a sample are listed.
type Order uint8

// The orders: OrderRow by row of the frame; OrderDrawn as they were drawn, so that
// the first k are a sample of k by the same design; OrderTicket by ticket, which is
// such an order too and depends on nothing but seed and ids.
const (
	OrderRow Order = iota
	OrderDrawn
	OrderTicket
)

var orderNames = enum.New[Order]("order", unknown, enum.Names{
	{"row", "按行"}, {"drawn", "按抽取先后"}, {"ticket", "按签号"},
})

// String returns "row", "drawn" or "ticket".
func (o Order) String() string { return orderNames.Code(o) }

// Zh returns the Chinese name, such as 按抽取先后.
func (o Order) Zh() string { return orderNames.Zh(o) }

// MarshalText returns the name; a value that is none of the orders is ErrInvalid.
func (o Order) MarshalText() ([]byte, error) { return orderNames.Marshal(o) }

// UnmarshalText reads a name; an unknown one is ErrInvalid.
func (o *Order) UnmarshalText(text []byte) error { return orderNames.Unmarshal(o, text) }

// A Hash is a SHA-256. As text it is 64 lower-case hexadecimal digits.
type Hash [32]byte

// String returns the hash as 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns the hash as 64 hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText writes; anything else is ErrInvalid.
func (h *Hash) UnmarshalText(text []byte) error { return unmarshalHex(h[:], "hash", text) }

// A Sample is the record of a draw: which units, with which probability, and from
// what it can be repeated. It holds rows of the frame; [Frame.IDs] returns the ids.
type Sample struct {
	Design Design `json:"design"`
	// Seed repeats the draw; nil where the numbers came from the caller's rand.
	Seed *Seed `json:"seed,omitempty"`
	// Frame is [Frame.Hash] of the frame that Units are rows of. It is zero for a stream.
	Frame Hash `json:"frame,omitzero"`
	// FrameSet is [Frame.SetHash] where the order of the frame has no influence on who
	// is drawn, by tickets, and zero elsewhere.
	FrameSet Hash `json:"frame_set,omitzero"`
	// Label is the label of the tickets ([TicketOptions]), where it was drawn by tickets.
	Label string `json:"label,omitempty"`
	// FrameSize is N, the number of units in the frame.
	FrameSize int `json:"frame_size"`
	// Order says how Units are listed.
	Order Order `json:"order"`
	// Units are the rows of the frame that were drawn, from 0. With replacement a row
	// comes as often as it was drawn.
	Units []int `json:"units"`
	// Probabilities has for each of Units the probability, in (0, 1], with which the
	// design draws it; with replacement the expected number of times, n/N or more
	// than 1. The design weight is 1/probability.
	Probabilities []float64 `json:"probabilities"`
	// Stages has, for a draw in stages, the probability of each of Units at each
	// stage given the one before; their product is Probabilities. Under simple
	// random sampling they are the sampling fractions that a finite population
	// correction asks for.
	Stages [][]float64 `json:"stages,omitempty"`
}

// Len returns the number of units drawn.
func (s *Sample) Len() int { return len(s.Units) }

// Weights returns the design weights 1/probability in the order of Units.
func (s *Sample) Weights() []float64 {
	w := make([]float64, len(s.Probabilities))
	for i, p := range s.Probabilities {
		w[i] = 1 / p
	}
	return w
}

// IDs returns the ids of the units in their order. A frame other than the one that
// they were drawn from is ErrInvalid.
func (s *Sample) IDs(f *Frame) ([]string, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if s.Frame != f.Hash() {
		return nil, invalid("frame", "is not the one that was drawn from")
	}
	ids := make([]string, len(s.Units))
	for i, row := range s.Units {
		if row < 0 || row >= f.Len() {
			return nil, invalid("units", "holds %d, which is no row of the frame", row)
		}
		ids[i] = f.ID(row)
	}
	return ids, nil
}

// Equal reports whether two records are the same in every field.
func (s *Sample) Equal(t *Sample) bool {
	sameSeed := s.Seed == t.Seed || s.Seed != nil && t.Seed != nil && *s.Seed == *t.Seed
	return sameSeed && s.Design == t.Design && s.Frame == t.Frame && s.FrameSet == t.FrameSet && s.FrameSize == t.FrameSize && s.Label == t.Label && s.Order == t.Order &&
		slices.Equal(s.Units, t.Units) && slices.Equal(s.Probabilities, t.Probabilities) &&
		slices.EqualFunc(s.Stages, t.Stages, slices.Equal)
}

// record begins the record of a draw whose outcome depends on the order of the frame.
func record(design Design, f *Frame, src Source) *Sample {
	return &Sample{Design: design, Seed: src.record(), Frame: f.Hash(), FrameSize: f.Len()}
}

// constant returns n times p.
func constant(p float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = p
	}
	return list
}

func unmarshalHex(into []byte, field string, text []byte) error {
	if !ticket.ReadHex(into, text) {
		return invalid(field, "must be %d lower-case hexadecimal digits", hex.EncodedLen(len(into)))
	}
	return nil
}
