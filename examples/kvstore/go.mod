module github.com/guanxi-go/guanxi/examples/kvstore

go 1.26.0

require (
	github.com/guanxi-go/guanxi v0.0.0
	github.com/stretchr/testify v1.12.1
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.45.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/guanxi-go/guanxi => ../..
