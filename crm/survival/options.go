package survival

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Options are the choices of [KaplanMeier], [FlemingHarrington] and
// [AalenJohansen]. The zero value asks for 95 percent limits on the log scale.
type Options struct {
	// Limits is the scale on which the pointwise limits are symmetric.
	Limits LimitKind
	// Level is the confidence level of the limits, between 0 and 1 exclusive;
	// 0 stands for 0.95.
	Level float64
}

// LimitKind is the scale on which pointwise confidence limits (逐点置信限) are
// symmetric. p is the estimate, s its standard error, z the normal quantile.
// Limits are absent where p is 0: the data do not say how far from 0 it is.
type LimitKind int

const (
	// LogLimits are p·exp(±z·s/p), the upper one at most 1: R's default.
	LogLimits LimitKind = iota
	// LogLogLimits are p^exp(±z·s/(p·log p)), always inside (0, 1) and nearer to
	// their level than the others in small samples (Borgan and Liestøl 1990,
	// Scandinavian Journal of Statistics 17:35-41); absent where p is 1 too.
	LogLogLimits
	// PlainLimits are p ± z·s, cut to [0, 1].
	PlainLimits
)

var limitKinds = enum.New[LimitKind]("limits", unknownKind, enum.Names{
	LogLimits:    {"log", "对数"},
	LogLogLimits: {"log-log", "双对数"},
	PlainLimits:  {"plain", "直接"},
})

func (k LimitKind) valid() bool { return limitKinds.Valid(k) }

// String returns R's name of the scale: log, log-log or plain.
func (k LimitKind) String() string { return limitKinds.Code(k) }

// Zh returns the Chinese name of the scale.
func (k LimitKind) Zh() string { return limitKinds.Zh(k) }

// MarshalText writes what String returns; the error is ErrInvalid for a value
// that is none of the constants.
func (k LimitKind) MarshalText() ([]byte, error) { return limitKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *LimitKind) UnmarshalText(text []byte) error { return limitKinds.Unmarshal(k, text) }

func unknownKind(field string) error { return invalid(field, "are of an unknown kind") }

// limitRule is Options made ready.
type limitRule struct {
	kind  LimitKind
	level float64
	z     float64
}

func (o Options) rule() (limitRule, error) {
	level := o.Level
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return limitRule{}, invalid("level", "is not between 0 and 1")
	}
	if !o.Limits.valid() {
		return limitRule{}, unknownKind("limits")
	}
	return limitRule{o.Limits, level, -numeric.NormalQuantile((1 - level) / 2)}, nil
}

// around puts limits around an estimate p whose relative standard error, its
// standard error divided by p, is rel; p > 0.
func (r limitRule) around(p, rel float64) (lower, upper Optional) {
	switch r.kind {
	case LogLogLimits:
		if p == 1 {
			return Optional{}, Optional{}
		}
		logp := math.Log(p)
		w := math.Exp(r.z * rel / logp)
		return known(math.Exp(logp / w)), known(math.Exp(logp * w))
	case PlainLimits:
		d := r.z * rel * p
		return known(max(p-d, 0)), known(min(p+d, 1))
	default:
		f := math.Exp(r.z * rel)
		return known(p / f), known(min(p*f, 1))
	}
}
