package audit

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
	methods
)

var methodNames = [methods][2]string{
	{"exact", "精确区间"}, {"mid-p", "中间概率区间"}, {"jeffreys", "杰弗里斯区间"}, {"wilson", "威尔逊区间"},
	{"wilson-corrected", "连续性校正的威尔逊区间"}, {"agresti-coull", "阿格雷斯蒂–库尔区间"}, {"wald", "瓦尔德区间"},
}

// String returns the method's code, such as "mid-p".
func (m Method) String() string { return name(methodNames[:], int(m), 0) }

// Zh returns the method's name in Chinese.
func (m Method) Zh() string { return name(methodNames[:], int(m), 1) }

// MarshalText writes the code; an unknown method is ErrInvalid.
func (m Method) MarshalText() ([]byte, error) { return marshal("method", methodNames[:], int(m)) }

// UnmarshalText reads the code; an unknown text is ErrInvalid.
func (m *Method) UnmarshalText(text []byte) error {
	i, err := unmarshal("method", methodNames[:], text)
	if err == nil {
		*m = Method(i)
	}
	return err
}

// Law is the probability law of the errors in a sample.
type Law int

// The laws.
const (
	Binomial       Law = iota // 二项分布: independent items; a process, or a lot much larger than the sample. The default
	Poisson                   // 泊松分布: defects per unit, which may be more than one
	Hypergeometric            // 超几何分布: drawn without replacement from a lot of known size
	laws
)

var lawNames = [laws][2]string{{"binomial", "二项分布"}, {"poisson", "泊松分布"}, {"hypergeometric", "超几何分布"}}

// String returns the law's code, such as "binomial".
func (l Law) String() string { return name(lawNames[:], int(l), 0) }

// Zh returns the law's name in Chinese.
func (l Law) Zh() string { return name(lawNames[:], int(l), 1) }

// MarshalText writes the code; an unknown law is ErrInvalid.
func (l Law) MarshalText() ([]byte, error) { return marshal("law", lawNames[:], int(l)) }

// UnmarshalText reads the code; an unknown text is ErrInvalid.
func (l *Law) UnmarshalText(text []byte) error {
	i, err := unmarshal("law", lawNames[:], text)
	if err == nil {
		*l = Law(i)
	}
	return err
}

func name(names [][2]string, i, language int) string {
	if i < 0 || i >= len(names) {
		return "unknown"
	}
	return names[i][language]
}

func marshal(field string, names [][2]string, i int) ([]byte, error) {
	if i < 0 || i >= len(names) {
		return nil, invalid(field, "%d is unknown", i)
	}
	return []byte(names[i][0]), nil
}

func unmarshal(field string, names [][2]string, text []byte) (int, error) {
	for i, n := range names {
		if n[0] == string(text) {
			return i, nil
		}
	}
	return 0, invalid(field, "is unknown")
}
