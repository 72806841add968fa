module github.com/guanxi-go/guanxi/examples/consumer

go 1.26.0

require github.com/guanxi-go/guanxi v0.0.0

require (
	github.com/shopspring/decimal v1.6.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/guanxi-go/guanxi => ../..
