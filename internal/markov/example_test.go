package markov_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/markov"
)

func ExampleChain_SteadyState() {
	c, err := markov.New(3, []int64{
		80, 15, 5,
		10, 70, 20,
		0, 5, 95,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	share, err := c.SteadyState()
	fmt.Printf("%.4f %v\n", share, err)
	// Output: [0.0833 0.1667 0.7500] <nil>
}

func ExampleChain_Passage() {
	c, err := markov.New(3, []int64{
		8, 2, 0, // from 0
		0, 5, 5, // from 1
		0, 0, 0, // nothing was counted from 2, the target
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	passages, err := c.Passage(2)
	fmt.Println(passages[0].Reach == markov.Certain, passages[0].Steps, err)
	// Output: true 7 <nil>
}

func ExampleChain_Forecast() {
	c, err := markov.New(2, []int64{3, 1, 0, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	shares, err := c.Forecast([]float64{1, 0}, 1)
	fmt.Println(shares, err)
	_, err = c.Forecast([]float64{1, 0}, 2)
	fmt.Println(err)
	// Output:
	// [0.75 0.25] <nil>
	// markov: state 1: it is entered and no transition from it was counted: insufficient data
}
