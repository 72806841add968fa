package audit_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/sampling/audit"
)

// How many vouchers have to be looked at, so that none wrong among them proves a rate
// below 5 %, at 5 % risk? And if 2 % are expected to be wrong?
func ExampleAttributeSize() {
	tolerable := money.Ratio{Num: 5, Den: 100}
	s, err := audit.AttributeSize(tolerable, 0.05, audit.AttributeOptions{})
	fmt.Println(s.Size, s.Accept, err)
	s, err = audit.AttributeSize(tolerable, 0.05, audit.AttributeOptions{Expected: money.Ratio{Num: 2, Den: 100}})
	fmt.Println(s.Size, s.Accept, err)
	// There are only 300 of them.
	s, err = audit.AttributeSize(tolerable, 0.05, audit.AttributeOptions{Expected: money.Ratio{Num: 2, Den: 100}, Population: 300})
	fmt.Println(s.Size, s.Accept, err)
	// Output:
	// 59 0 <nil>
	// 181 4 <nil>
	// 131 3 <nil>
}

// A spot check of 10 employees out of 100, and nobody failed.
func ExampleUpperCount() {
	most, err := audit.UpperCount(100, 10, 0, 0.05)
	fmt.Println("at most", most, err)
	both, err := audit.CountInterval(100, 10, 0, 0.95)
	fmt.Println("two-sided", both.Lower, "to", both.Upper, err)
	// Output:
	// at most 24 <nil>
	// two-sided 0 to 29 <nil>
}

// Three of a hundred were wrong, at least how many of a thousand are?
func ExampleLowerCount() {
	fmt.Println(audit.LowerCount(1000, 100, 3, 0.05))
	// Output: 9 <nil>
}

// Three of 59 orders were wrong. The methods differ most where errors are few.
func ExampleRateInterval() {
	for _, m := range []audit.Method{audit.Exact, audit.MidP, audit.Jeffreys, audit.Wilson, audit.Wald} {
		i, err := audit.RateInterval(3, 59, 0.95, m)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-8v %.4f to %.4f  %s\n", m, i.Lower, i.Upper, m.Zh())
	}
	// Output:
	// exact    0.0106 to 0.1415  精确区间
	// mid-p    0.0131 to 0.1321  中间概率区间
	// jeffreys 0.0145 to 0.1295  杰弗里斯区间
	// wilson   0.0174 to 0.1392  威尔逊区间
	// wald     -0.0052 to 0.1069  瓦尔德区间
}

// One error among 60: the rate is below 7.7 %, at 5 % risk, and not below 0.09 %.
func ExampleUpperRate() {
	upper, err := audit.UpperRate(1, 60, 0.05)
	fmt.Printf("%.4f %v\n", upper, err)
	lower, err := audit.LowerRate(1, 60, 0.05)
	fmt.Printf("%.4f %v\n", lower, err)
	// Output:
	// 0.0766 <nil>
	// 0.0009 <nil>
}

// The factors of an auditor's table: the sample is the factor over the tolerable rate.
func ExampleConfidenceFactor() {
	for errors := range int64(3) {
		factor, err := audit.ConfidenceFactor(errors, 0.05)
		fmt.Printf("%d errors: %.2f %v\n", errors, factor, err)
	}
	// Output:
	// 0 errors: 3.00 <nil>
	// 1 errors: 4.74 <nil>
	// 2 errors: 6.30 <nil>
}

// Five of a hundred employees do not know the rules. Does a check of ten notice, of thirty?
func ExampleDetection() {
	for _, n := range []int64{10, 30, 60} {
		p, err := audit.Detection(100, 5, n)
		fmt.Printf("%d: %.1f%% %v\n", n, 100*p, err)
	}
	fmt.Println(audit.DetectionSize(100, 5, 0.95))
	// Output:
	// 10: 41.6% <nil>
	// 30: 83.9% <nil>
	// 60: 99.1% <nil>
	// 45 <nil>
}

// The probability of finding exactly one, and two or more.
func ExampleSample() {
	s := audit.Sample{Population: 100, Errors: 5, Size: 10}
	one, err := s.Exactly(1)
	fmt.Printf("%.6f %v\n", one, err)
	more, err := s.MoreThan(1)
	fmt.Printf("%.6f %v\n", more, err)
	// Output:
	// 0.339391 <nil>
	// 0.076857 <nil>
}

// A plan that refuses 1 % wrong in at most 5 of 100 lots, and accepts 5 % wrong in at
// most 10 of 100.
func ExampleDesignSingle() {
	aql := audit.Point{Quality: money.Ratio{Num: 1, Den: 100}, Risk: 0.05}
	ltpd := audit.Point{Quality: money.Ratio{Num: 5, Den: 100}, Risk: 0.1}
	plan, err := audit.DesignSingle(aql, ltpd, audit.DesignOptions{})
	fmt.Println(plan.Size, plan.Accept, err)

	for _, p := range []float64{0.01, 0.02, 0.05} {
		accepted, err := plan.Acceptance(p, audit.Binomial)
		fmt.Printf("%.0f%% wrong: accepted %.4f %v\n", 100*p, accepted, err)
	}
	limit, at, err := plan.OutgoingLimit(2000, audit.Binomial)
	fmt.Printf("at worst %.4f leave the inspection wrong, of %.4f %v\n", limit, at, err)
	items, err := plan.AverageInspection(0.02, 2000, audit.Binomial)
	fmt.Printf("%.0f of a lot of 2000 are inspected at 2%% %v\n", items, err)

	// The same for lots of 200, where a sample says more.
	plan, err = audit.DesignSingle(aql, ltpd, audit.DesignOptions{Law: audit.Hypergeometric, Lot: 200})
	fmt.Println(plan.Size, plan.Accept, err)
	// Output:
	// 132 3 <nil>
	// 1% wrong: accepted 0.9557 <nil>
	// 2% wrong: accepted 0.7281 <nil>
	// 5% wrong: accepted 0.0992 <nil>
	// at worst 0.0137 leave the inspection wrong, of 0.0222 <nil>
	// 640 of a lot of 2000 are inspected at 2% <nil>
	// 89 2 <nil>
}

// A buyer's lot of 1500 at an AQL of 1 %, by the standard.
func ExampleStandard() {
	for _, severity := range []audit.Severity{audit.Normal, audit.Tightened, audit.Reduced} {
		p, err := audit.Standard(1500, money.Ratio{Num: 1, Den: 1}, audit.StandardOptions{Severity: severity})
		fmt.Println(severity, severity.Zh(), p.Letter, p.Size, p.Accept, p.Reject, err)
	}
	// Output:
	// normal 正常检验 K 125 3 4 <nil>
	// tightened 加严检验 K 125 2 3 <nil>
	// reduced 放宽检验 K 50 1 4 <nil>
}

// Eighty invoices of which three may be wrong, or fifty and fifty more where the first are
// neither good nor bad: both judge nearly alike, and the second looks at fewer.
func ExampleDouble() {
	single := audit.Single{Size: 80, Accept: 3}
	double := audit.Double{Size1: 50, Accept1: 1, Reject1: 3, Size2: 50, Accept2: 4}
	for _, p := range []float64{0.01, 0.03, 0.09} {
		a, err := single.Acceptance(p, audit.Binomial)
		if err != nil {
			fmt.Println(err)
			return
		}
		b, err := double.Acceptance(p, audit.Binomial)
		if err != nil {
			fmt.Println(err)
			return
		}
		items, err := double.AverageSample(p, audit.Binomial)
		fmt.Printf("%.0f %% wrong: accepted %.3f and %.3f, by 80 and %.1f invoices %v\n", 100*p, a, b, items, err)
	}
	// Output:
	// 1 % wrong: accepted 0.991 and 0.985, by 80 and 53.8 invoices <nil>
	// 3 % wrong: accepted 0.781 and 0.762, by 80 and 62.8 invoices <nil>
	// 9 % wrong: accepted 0.063 and 0.070, by 80 and 55.4 invoices <nil>
}
