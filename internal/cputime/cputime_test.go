package cputime_test

import (
	"runtime"
	"testing"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

func TestNowRises(t *testing.T) {
	start := cputime.Now()
	if start == 0 {
		t.Skip(runtime.GOOS, "does not say")
	}
	for range 1 << 30 {
		if cputime.Now() > start {
			return
		}
	}
	t.Fatal("the processor time stands still")
}
