package calendar

import "github.com/guanxi-go/guanxi/internal/fault"

// ErrInvalid is in the chain of every error of this package: a text or a triple
// of numbers that is no date.
var ErrInvalid = fault.ErrInvalid
