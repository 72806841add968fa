package finding_test

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

func Example() {
	catalogue := finding.Catalogue{
		"SEG-SILENT": {En: "silent for {days} days, worth {value} a year", Zh: "已 {days} 天没有消费，年价值 {value}"},
	}
	f := finding.Finding{
		Code:     "SEG-SILENT",
		Severity: finding.Warning,
		Subject:  "C-1044",
		AsOf:     calendar.MustDate(2026, 3, 31),
		Params: []finding.Param{
			finding.Int("days", 97),
			finding.Term("value", money.Amount{Minor: 128050, Currency: money.CNY}),
		},
	}
	for _, lang := range []finding.Language{finding.English, finding.Chinese} {
		text, err := catalogue.Render(f, lang)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(text)
	}
	out, err := json.Marshal(f.Params)
	fmt.Println(string(out), err)
	// Output:
	// silent for 97 days, worth 1280.50 CNY a year
	// 已 97 天没有消费，年价值 1280.50 元
	// [{"name":"days","value":"97"},{"name":"value","value":"1280.50 CNY","zh":"1280.50 元"}] <nil>
}

func ExampleCatalogue_Sentence() {
	c := finding.Catalogue{"RCV-LEFT": {En: "only {left} is left", Zh: "仅余 {left}"}}
	fmt.Println(c.Sentence("RCV-LEFT", finding.English, finding.Int("left", 7)))
	fmt.Println(c.Sentence("RCV-LEFT", finding.Chinese, finding.Int("left", 7)))
	fmt.Println(c.Sentence("RCV-GONE", finding.Chinese)) // a code that the catalogue does not have
	fmt.Println(c.Sentence("RCV-LEFT", finding.English)) // a parameter that is missing
	// Output:
	// only 7 is left
	// 仅余 7
	// RCV-GONE
	// RCV-LEFT
}

// A package that finds things calls this in a test of its own.
func ExampleCatalogue_Validate() {
	catalogue := finding.Catalogue{
		"CAD-LATE":  {En: "{n} days late", Zh: "逾期"},
		"CAD-early": {En: "early", Zh: "提前"},
	}
	fmt.Println(catalogue.Validate())
	// Output:
	// finding: CAD-LATE: zh {n}: only the other language has it: invalid
	// finding: CAD-early: code: is not of the form SEG-SILENT: invalid
}

func ExampleCompare() {
	day := calendar.MustDate(2026, 3, 31)
	found := []finding.Finding{
		{Code: "SEG-SILENT", Severity: finding.Notice, Subject: "C-7", AsOf: day},
		{Code: "SEG-SILENT", Severity: finding.Warning, Subject: "C-9", AsOf: day},
		{Code: "SEG-FALLING", Severity: finding.Warning, Subject: "C-2", AsOf: day},
	}
	slices.SortFunc(found, finding.Compare)
	for _, f := range found {
		fmt.Println(f.AsOf, f.Severity.Zh(), f.Subject, f.Code)
	}
	// Output:
	// 2026-03-31 预警 C-2 SEG-FALLING
	// 2026-03-31 预警 C-9 SEG-SILENT
	// 2026-03-31 关注 C-7 SEG-SILENT
}

func ExampleFinding_Validate() {
	f := finding.Finding{Code: "SEG-SILENT", Subject: "C-1044"}
	fmt.Println(f.Validate())
	// Output: finding: SEG-SILENT: asof: is no day: invalid
}
