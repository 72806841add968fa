package privacy

import "github.com/guanxi-go/guanxi/crm/finding"

// Catalogue returns the sentences for the findings of this package.
func Catalogue() finding.Catalogue {
	return finding.Catalogue{
		codePrice: {En: "decision {decision}: price {price} is above the standard {standard}", Zh: "自动化决策 {decision}：价格 {price} 高于标准价格 {standard}"},
	}
}
