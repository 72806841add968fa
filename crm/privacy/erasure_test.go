package privacy_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/privacy"
)

func erasureOptions() privacy.ErasureOptions {
	return privacy.ErasureOptions{Key: []byte(strings.Repeat("k", privacy.MinKey)), Token: "9f1c27b1a95f0c27", At: start}
}

func TestPlanErasure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,3}`), 0, 4)
		h := privacy.Holdings{Party: "C-1", Records: ids.Draw(t, "records"), Links: ids.Draw(t, "links"), Blobs: ids.Draw(t, "blobs"),
			Redirects: ids.Draw(t, "redirects"), Indexes: ids.Draw(t, "indexes"), Holds: []privacy.Hold{{ID: "over", Until: start}}}
		for _, key := range ids.Draw(t, "keys") {
			h.Identifiers = append(h.Identifiers, privacy.Identifier{Holder: "C-1", Key: "phone:" + key})
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "entries") {
			h.Entries = append(h.Entries, privacy.EntryRef{Subject: "C-1", Journal: "timeline", Seq: uint64(i + 1), Personal: rapid.Bool().Draw(t, "personal")})
		}
		plan, err := privacy.PlanErasure(h, erasureOptions())
		require.NoError(t, err)

		shuffled := h
		shuffled.Records = rapid.Permutation(slices.Clone(h.Records)).Draw(t, "record order")
		shuffled.Identifiers = rapid.Permutation(slices.Clone(h.Identifiers)).Draw(t, "identifier order")
		shuffled.Entries = rapid.Permutation(slices.Clone(h.Entries)).Draw(t, "entry order")
		again, err := privacy.PlanErasure(shuffled, erasureOptions())
		require.NoError(t, err)
		require.Equal(t, plan, again)

		has := func(kind privacy.StepKind, subject string, seq uint64, ref string) bool {
			return slices.ContainsFunc(plan.Steps, func(s privacy.ErasureStep) bool {
				return s.Kind == kind && s.Subject == subject && s.Seq == seq && s.Ref == ref
			})
		}
		require.True(t, has(privacy.BlankRecord, "C-1", 0, ""))
		for _, id := range h.Records {
			require.True(t, has(privacy.BlankRecord, id, 0, ""))
		}
		for _, e := range h.Entries {
			require.Equal(t, e.Personal, has(privacy.ClearEntry, "C-1", e.Seq, ""))
		}
		for _, i := range h.Identifiers {
			digest, err := privacy.Tombstone(erasureOptions().Key, i.Key)
			require.NoError(t, err)
			require.True(t, has(privacy.PutTombstone, "C-1", 0, digest))
			require.True(t, has(privacy.ReleaseClaim, "C-1", 0, i.Key))
		}
		for kind, refs := range map[privacy.StepKind][]string{privacy.ClearLink: h.Links, privacy.DeleteBlob: h.Blobs, privacy.RemoveRedirect: h.Redirects, privacy.RemoveIndexed: h.Indexes} {
			for _, ref := range refs {
				require.True(t, has(kind, "C-1", 0, ref))
			}
		}
		for i, s := range plan.Steps {
			require.False(t, slices.Contains(plan.Steps[:i], s), "each once")
			require.True(t, i == 0 || plan.Steps[i-1].Kind <= s.Kind)
		}
	})
}

func TestPlanErasureRefuses(t *testing.T) {
	h := privacy.Holdings{Party: "C-1", Holds: []privacy.Hold{{ID: "case-2", From: start}, {ID: "case-1"}}}
	_, err := privacy.PlanErasure(h, erasureOptions())
	require.ErrorIs(t, err, privacy.ErrConflict)
	require.EqualError(t, err, "privacy: C-1: holds: stand against it: case-1, case-2: conflict")

	_, err = privacy.PlanErasure(privacy.Holdings{
		Records: []string{""}, Links: []string{"\x00"}, Blobs: []string{""}, Redirects: []string{""}, Indexes: []string{""},
		Identifiers: []privacy.Identifier{{Holder: "C-1"}, {Key: "phone:张三"}}, Entries: []privacy.EntryRef{{}}, Holds: []privacy.Hold{{}},
	}, privacy.ErasureOptions{Key: make([]byte, 31), Token: "short"})
	require.Equal(t, []string{"party", "key", "token", "at", "records[0]", "links[0]", "blobs[0]", "redirects[0]", "indexes[0]",
		"identifiers[0]", "identifiers[1]", "entries[0]", "holds[0]"}, fields(t, err))
	require.NotContains(t, err.Error(), "张三")
}

// The digest of a key and an identifier never changes: a tombstone that is stored
// today blocks an import in ten years. Golden: openssl dgst -sha256 -hmac, OpenSSL 3,
// equal bytes.
func TestTombstone(t *testing.T) {
	key := []byte("guanxi-test-key-guanxi-test-key-")
	got, err := privacy.Tombstone(key, "phone:+8613800138000")
	require.NoError(t, err)
	require.Equal(t, "60a9715a5585653c9962301a97b583557ae557fa8cd1ad082f643d32c1f0047a", got)
	// RFC 4231, test case 6: a key longer than the block.
	long, err := privacy.Tombstone(bytes.Repeat([]byte{0xaa}, 131), "Test Using Larger Than Block-Size Key - Hash Key First")
	require.NoError(t, err)
	require.Equal(t, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", long)

	for _, other := range []string{"phone:+8613800138001", "wechat:+8613800138000", "phone:+8613800138000 "} {
		digest, err := privacy.Tombstone(key, other)
		require.NoError(t, err)
		require.NotEqual(t, got, digest)
	}
	for _, short := range [][]byte{nil, {}, key[:31]} {
		_, err := privacy.Tombstone(short, "phone:1")
		require.ErrorIs(t, err, privacy.ErrInvalid)
	}
	_, err = privacy.Tombstone(key, "")
	require.ErrorIs(t, err, privacy.ErrInvalid)
}

func TestNothingPersonalLeaks(t *testing.T) {
	const secret = "张三 13800138000"
	holdings := privacy.Holdings{Party: "C-1", Identifiers: []privacy.Identifier{{Holder: "C-1", Key: secret}}}
	plan, err := privacy.PlanErasure(holdings, erasureOptions())
	require.NoError(t, err)
	c, err := privacy.NewCopy(head, raw("a", `"`+secret+`"`))
	require.NoError(t, err)
	consent, step := privacy.Consent{Reason: secret}, privacy.RequestStep{Reason: secret}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "holdings", holdings, "identifier", holdings.Identifiers[0], "plan", plan, "copy", c, "consent", consent, "request", step,
		"decision", privacy.Decision{ID: "d-1"})
	for _, s := range plan.Steps {
		logger.Info("x", "step", s)
	}
	hits, err := privacy.Search(log.Bytes(), []string{"张三", "13800138000"})
	require.NoError(t, err)
	require.Empty(t, hits)
	require.Contains(t, log.String(), "release-claim")
	require.Contains(t, log.String(), c.SHA256)

	for _, kept := range []any{consent.Redacted(), step.Redacted()} {
		text, err := json.Marshal(kept)
		require.NoError(t, err)
		require.NotContains(t, string(text), "张三")
	}
	wrongColumn := strings.Repeat(secret, 30)
	for _, err := range []error{
		privacy.Consent{Party: wrongColumn, Reason: "\xff" + secret}.Validate(),
		privacy.RequestStep{Request: wrongColumn, Reason: "\xff" + secret}.Validate(),
		privacy.Decision{ID: wrongColumn}.Validate(),
	} {
		require.Error(t, err)
		require.NotContains(t, err.Error(), "张三")
	}
}
