package owner_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// Every error has a code of its own, with an English and a Chinese text; the other codes
// are those of findings.
func TestEveryErrorHasItsTexts(t *testing.T) {
	texts := owner.Catalogue()
	require.NoError(t, texts.Validate())
	codes := map[string]bool{"OWN-UNASSIGNED": true, "OWN-SHADOWED": true, "OWN-RECYCLE": true}
	for _, sentinel := range []error{owner.ErrInvalid, owner.ErrConflict, owner.ErrDuplicate, owner.ErrNotFound, owner.ErrTaken, owner.ErrForbidden,
		owner.ErrTransition, owner.ErrIncomplete, owner.ErrCurrency, owner.ErrOverflow, owner.ErrCap, owner.ErrCoolDown, owner.ErrNoCandidate} {
		e := &owner.Error{Field: "owner", ID: "s-7", Items: []string{"a", "b"}, Until: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), Limit: 3, Used: 3, Err: sentinel}
		require.False(t, codes[e.Code()], "%s: one code for each", e.Code())
		codes[e.Code()] = true
		en, zh := e.Text(finding.English), e.Text(finding.Chinese)
		require.NotEqual(t, en, zh)
		require.False(t, strings.ContainsAny(en+zh, "{}"))
		require.NotEqual(t, e.Code(), en)
	}
	require.Len(t, texts, len(codes))
	require.Equal(t, "已达上限：3/3", (&owner.Error{Limit: 3, Used: 3, Err: owner.ErrCap}).Text(finding.Chinese))
}
