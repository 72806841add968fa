package fault_test

import (
	"errors"
	"testing"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// TestOneIdentity holds that a host may ask any package's sentinel about any
// package's error, and that different sentinels stay apart.
func TestOneIdentity(t *testing.T) {
	for name, err := range map[string]error{
		"calendar": calendar.ErrInvalid, "money": money.ErrInvalid, "purchase": purchase.ErrInvalid,
		"segment": segment.ErrInvalid, "survival": survival.ErrInvalid,
	} {
		if !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("%s.ErrInvalid is not the shared one", name)
		}
	}
	all := []error{
		fault.ErrInvalid, fault.ErrInsufficientData, fault.ErrOverflow,
		fault.ErrCurrency, fault.ErrNotConverged, fault.ErrVersion,
		fault.ErrNotFound, fault.ErrConflict, fault.ErrDuplicate, fault.ErrKeyReused, fault.ErrTaken,
		fault.ErrUnsupported, fault.ErrForbidden, fault.ErrTransition, fault.ErrIncomplete, fault.ErrForgotten,
	}
	for i, a := range all {
		for j, b := range all {
			if errors.Is(a, b) != (i == j) {
				t.Errorf("%v and %v: %t", a, b, i != j)
			}
		}
	}
}
