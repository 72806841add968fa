module github.com/guanxi-go/guanxi/examples/peers

go 1.26.0

require (
	github.com/guanxi-go/guanxi v0.0.0
	github.com/looplab/fsm v1.0.3
	github.com/stretchr/testify v1.12.1
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/guanxi-go/guanxi => ../..
