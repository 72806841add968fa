package audit

import "github.com/guanxi-go/guanxi/internal/enum"

// Method is a way to bound the rate of a population that is much larger than the
// sample.
type Method int

// The methods. Exact and MidP invert the binomial law, the others approximate it.
const (
	Exact           Method = iota // Clopper and Pearson 1934: never covers less than its level; the default
	MidP                          // exact, with half the weight on what was observed: covers its level on average
	Jeffreys                      // the beta posterior after Jeffreys' prior; 0 and 1 where no errors, or only errors, were found
	Wilson                        // the score interval
	WilsonCorrected               // the score interval with continuity correction, of at most |x - n/2| as in R's prop.test
	AgrestiCoull                  // Wilson's centre with Wald's form; may leave [0, 1]
	Wald                          // the normal approximation; may leave [0, 1], and has no width without errors: for comparison only
)

var methodNames = enum.New[Method]("method", unknown, enum.Names{
	{"exact", "精确区间"}, {"mid-p", "中间概率区间"}, {"jeffreys", "杰弗里斯区间"}, {"wilson", "威尔逊区间"},
	{"wilson-corrected", "连续性校正的威尔逊区间"}, {"agresti-coull", "阿格雷斯蒂–库尔区间"}, {"wald", "瓦尔德区间"},
})

// String returns the method's code, such as "mid-p".
func (m Method) String() string { return methodNames.Code(m) }

// Zh returns the method's name in Chinese.
func (m Method) Zh() string { return methodNames.Zh(m) }

// MarshalText writes the code; an unknown method is ErrInvalid.
func (m Method) MarshalText() ([]byte, error) { return methodNames.Marshal(m) }

// UnmarshalText reads the code; an unknown text is ErrInvalid.
func (m *Method) UnmarshalText(text []byte) error { return methodNames.Unmarshal(m, text) }

// Law is the probability law of the errors in a sample.
type Law int

// The laws.
const (
	Binomial       Law = iota // 二项分布: independent items; a process, or a lot much larger than the sample. The default
	Poisson                   // 泊松分布: defects per unit, which may be more than one
	Hypergeometric            // 超几何分布: drawn without replacement from a lot of known size
)

var lawNames = enum.New[Law]("law", unknown, enum.Names{
	{"binomial", "二项分布"}, {"poisson", "泊松分布"}, {"hypergeometric", "超几何分布"},
})

// String returns the law's code, such as "binomial".
func (l Law) String() string { return lawNames.Code(l) }

// Zh returns the law's name in Chinese.
func (l Law) Zh() string { return lawNames.Zh(l) }

// MarshalText writes the code; an unknown law is ErrInvalid.
func (l Law) MarshalText() ([]byte, error) { return lawNames.Marshal(l) }

// UnmarshalText reads the code; an unknown text is ErrInvalid.
func (l *Law) UnmarshalText(text []byte) error { return lawNames.Unmarshal(l, text) }
