package finding_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var day = calendar.MustDate(2026, 3, 31)

func silent() finding.Finding {
	return finding.Finding{
		Code: "SEG-SILENT", Severity: finding.Warning, Subject: "C-1044", AsOf: day,
		Params: []finding.Param{
			finding.Int("days", 97),
			finding.Day("last", calendar.MustDate(2025, 12, 24)),
			finding.Term("value", money.Amount{Minor: 128050, Currency: money.CNY}),
			finding.Term("same", money.Amount{Minor: 5}),
		},
	}
}

// codes are the codes and fields of the joined errors in err.
func faults(t *testing.T, err error) []string {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		require.NoError(t, err)
		return nil
	}
	var got []string
	for _, e := range joined.Unwrap() {
		if more, ok := e.(interface{ Unwrap() []error }); ok {
			for _, inner := range more.Unwrap() {
				got = append(got, fault(t, inner))
			}
			continue
		}
		got = append(got, fault(t, e))
	}
	return got
}

func fault(t *testing.T, err error) string {
	t.Helper()
	require.ErrorIs(t, err, finding.ErrInvalid)
	var typed *finding.Error
	require.ErrorAs(t, err, &typed)
	require.Regexp(t, `^finding: .*: invalid$`, err.Error())
	return strings.TrimSpace(typed.Code + " " + typed.Field + " " + typed.Name)
}

func TestFindingJSONIsStable(t *testing.T) {
	got, err := json.Marshal(silent())
	require.NoError(t, err)
	require.Equal(t, `{"code":"SEG-SILENT","severity":"warning","subject":"C-1044","asof":"2026-03-31",`+
		`"params":[{"name":"days","value":"97"},{"name":"last","value":"2025-12-24"},`+
		`{"name":"value","value":"1280.50 CNY","zh":"1280.50 元"},{"name":"same","value":"0.05"}]}`, string(got))
	var back finding.Finding
	require.NoError(t, json.Unmarshal(got, &back))
	require.Equal(t, silent(), back)
}

func TestFindingValidate(t *testing.T) {
	require.NoError(t, silent().Validate())
	broken := finding.Finding{
		Code: "seg", Severity: 9, Subject: strings.Repeat("x", 256),
		Params: []finding.Param{finding.Str("Days", "1"), finding.Str("a", "1"), finding.Str("a", "2"), finding.Str("", "")},
	}
	require.Equal(t, []string{"seg code", "seg severity", "seg asof", "seg subject",
		"seg params Days", "seg params a", "seg params"}, faults(t, broken.Validate()))
}

func TestCodes(t *testing.T) {
	for code, ok := range map[string]bool{
		"SEG-SILENT": true, "AUTO_LOOP": true, "CAD-7": true, "A": true, strings.Repeat("A", 64): true,
		"": false, "-A": false, "A-": false, "A_": false, "A--B": false, "A-_B": false, "7A": false,
		"Seg-SILENT": false, "SEG SILENT": false, "预警": false, strings.Repeat("A", 65): false,
	} {
		err := finding.Catalogue{code: {En: "x", Zh: "x"}}.Validate()
		require.Equal(t, ok, err == nil, "%q", code)
	}
}

func TestCatalogueValidate(t *testing.T) {
	require.NoError(t, finding.Catalogue(nil).Validate())
	require.NoError(t, finding.Catalogue{
		"A-1": {En: "{n} of {total} {{kept}}", Zh: "共 {total} 个，其中 {n} 个 {n}"},
	}.Validate())
	bad := finding.Catalogue{
		"A-1":  {En: "{n} days", Zh: "天"},
		"A-2":  {En: "days", Zh: "{n} 天 {m}"},
		"A-3":  {En: " ", Zh: "{"},
		"A-4":  {En: "}", Zh: "{N}"},
		"A-5":  {En: "{}", Zh: "{a{b}"},
		"bad!": {En: "x", Zh: "x"},
	}
	want := []string{"A-1 zh n", "A-2 en n", "A-2 en m", "A-3 en", "A-3 zh", "A-4 en", "A-4 zh", "A-5 en", "A-5 zh", "bad! code"}
	require.Equal(t, want, faults(t, bad.Validate()))
}

func TestRender(t *testing.T) {
	c := finding.Catalogue{
		"SEG-SILENT": {En: "{{{days}}} days since {last}, worth {value}", Zh: "{last} 以来 {days} 天未消费，价值 {value}"},
		"SEG-PLAIN":  {En: "no facts", Zh: "无"},
		"SEG-BROKEN": {En: "{days", Zh: "}"},
	}
	for lang, want := range map[finding.Language]string{
		finding.English: "{97} days since 2025-12-24, worth 1280.50 CNY",
		finding.Chinese: "2025-12-24 以来 97 天未消费，价值 1280.50 元",
	} {
		got, err := c.Render(silent(), lang)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}

	f := silent()
	f.Code = "SEG-PLAIN"
	got, err := c.Render(f, finding.Chinese)
	require.NoError(t, err)
	require.Equal(t, "无", got)

	_, err = c.Render(f, 2)
	require.Equal(t, "SEG-PLAIN language", fault(t, err))
	f.Code = "SEG-OTHER"
	_, err = c.Render(f, finding.English)
	require.Equal(t, "SEG-OTHER code", fault(t, err))
	f.Code = "SEG-BROKEN"
	_, err = c.Render(f, finding.English)
	require.Equal(t, "SEG-BROKEN en", fault(t, err))
	_, err = c.Render(f, finding.Chinese)
	require.Equal(t, "SEG-BROKEN zh", fault(t, err))
	f = silent()
	f.Params = f.Params[:1]
	_, err = c.Render(f, finding.English)
	require.Equal(t, "SEG-SILENT params last", fault(t, err))
}

func TestRenderDoesNotReadPlaceholdersInValues(t *testing.T) {
	c := finding.Catalogue{"A": {En: "{a}", Zh: "{a}"}}
	f := finding.Finding{Code: "A", Params: []finding.Param{finding.Str("a", "{b}"), finding.Str("b", "x")}}
	got, err := c.Render(f, finding.English)
	require.NoError(t, err)
	require.Equal(t, "{b}", got)
}

func TestCompareOrdersWhateverTheOrderBefore(t *testing.T) {
	mk := func(d calendar.Day, s finding.Severity, subject, code, value string) finding.Finding {
		return finding.Finding{Code: code, Severity: s, Subject: subject, AsOf: d,
			Params: []finding.Param{finding.Str("v", value)}}
	}
	want := []finding.Finding{
		mk(day, finding.Breach, "b", "X", "1"),
		mk(day, finding.Warning, "a", "X", "1"),
		mk(day, finding.Warning, "a", "Y", "1"),
		mk(day, finding.Warning, "a", "Y", "2"),
		mk(day, finding.Warning, "b", "X", "1"),
		mk(day, finding.Info, "a", "X", "1"),
		mk(day+1, finding.Breach, "a", "X", "1"),
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		got := slices.Clone(want)
		rng.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, finding.Compare)
		require.Equal(t, want, got)
	}
	require.Zero(t, finding.Compare(silent(), silent()))
	other := silent()
	other.Params[2].Zh = ""
	require.NotZero(t, finding.Compare(silent(), other))
}

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"info提示", "notice关注", "warning预警", "breach违规"}, wording.Enum(t, finding.Info, finding.Breach, finding.ErrInvalid))
	require.Equal(t, []string{"en英文", "zh中文"}, wording.Enum(t, finding.English, finding.Chinese, finding.ErrInvalid))
	_, err := finding.Severity(4).MarshalText()
	require.Equal(t, "severity", fault(t, err))
	require.Equal(t, "language", fault(t, new(finding.Language).UnmarshalText(nil)))
}

// Whatever the template, rendering and validating answer and do not panic; a
// catalogue that validates renders every finding that has its parameters.
func FuzzCatalogue(f *testing.F) {
	for _, s := range []string{"", "{a}", "{{a}}", "}{", "{a}{b}", "{{{a}}}", "{a", "a}", "剩 {a} 天"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, en, zh string) {
		c := finding.Catalogue{"A": {En: en, Zh: zh}}
		valid := c.Validate() == nil
		found := finding.Finding{Code: "A", AsOf: day}
		for _, s := range strings.FieldsFunc(en, func(r rune) bool { return r == '{' || r == '}' }) {
			found.Params = append(found.Params, finding.Str(s, "v"))
		}
		gotEn, errEn := c.Render(found, finding.English)
		gotZh, errZh := c.Render(found, finding.Chinese)
		if valid {
			require.NoError(t, errEn)
			require.NoError(t, errZh)
		}
		if valid && !strings.ContainsAny(en+zh, "{}") {
			require.Equal(t, en+zh, gotEn+gotZh)
		}
	})
}
