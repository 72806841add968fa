package tier

import "github.com/guanxi-go/guanxi/internal/enum"

// Reason says why a tier is what it is (变动原因). The zero value is none.
type Reason uint8

// The values of Reason.
const (
	Enrolled      Reason = iota + 1 // the member joined
	Reached                         // the threshold was reached
	Lifelong                        // the lifetime total reached a floor
	Promoted                        // a review raised it
	Demoted                         // a review lowered it
	GraceOver                       // the grace ended without enough
	Granted                         // a grant began
	GrantEnded                      // a grant ended or was revoked
	Placed                          // it was set by hand
	PolicyChanged                   // another policy came into force
)

var reasons = enum.New[Reason]("why", unknown, enum.Names{
	{}, {"enrolled", "入会"}, {"reached", "达标升级"}, {"lifelong", "终身保级"}, {"promoted", "考核升级"},
	{"demoted", "考核降级"}, {"grace-over", "宽限期满降级"}, {"granted", "授予"}, {"grant-ended", "授予到期"},
	{"placed", "定级"}, {"policy-changed", "制度变更"},
})

// String returns the code, "" for none and ? for a number that is no value.
func (r Reason) String() string { return reasons.Code(r) }

// Zh returns the Chinese name, "" for none and ? for a number that is no value.
func (r Reason) Zh() string { return reasons.Zh(r) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (r Reason) MarshalText() ([]byte, error) { return reasons.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error { return reasons.Unmarshal(r, text) }
