package crm_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Every error has a code, an English and a Chinese text; each code of the catalogue
// belongs to one.
func TestEveryErrorHasItsTexts(t *testing.T) {
	texts := crm.Catalogue()
	require.NoError(t, texts.Validate())
	seen := map[string]bool{}
	for _, sentinel := range []error{crm.ErrInvalid, crm.ErrNotFound, crm.ErrConflict, crm.ErrDuplicate, crm.ErrKeyReused, crm.ErrTaken,
		crm.ErrUnsupported, crm.ErrForbidden, crm.ErrTransition, crm.ErrIncomplete, crm.ErrForgotten, errors.New("disk")} {
		for _, e := range []*crm.Error{{Err: sentinel}, {Subject: crm.Subject{Kind: crm.KindLead, ID: "l1"}, Field: "mobile",
			Holder: crm.Subject{Kind: crm.KindCustomer, ID: "c1"}, Reason: "in English", Err: sentinel}} {
			require.False(t, seen[e.Code()] && e.Subject.ID == "", "one code for each sentinel")
			seen[e.Code()] = true
			en, zh := e.Text(finding.English), e.Text(finding.Chinese)
			require.NotEqual(t, e.Code(), en)
			require.NotEqual(t, e.Code(), zh)
			require.NotEqual(t, en, zh)
			require.NotContains(t, en+zh, "{")
		}
	}
	require.Len(t, texts, len(seen))
	both := &crm.Error{Err: errors.Join(crm.ErrConflict, crm.ErrTaken)}
	require.Equal(t, "CRM-TAKEN", both.Code())
	require.Equal(t, "lead/l1 已存在", (&crm.Error{Subject: crm.Subject{Kind: crm.KindLead, ID: "l1"}, Err: crm.ErrDuplicate}).Text(finding.Chinese))
}
