package cluster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/crm/segment/cluster"
)

// shop holds ten customers: days since the last purchase, purchases and spend.
var shop = cluster.Data{
	Features: []string{"recency", "purchases", "spend"},
	Values: []float64{
		5, 21, 1900,
		210, 1, 40,
		12, 18, 2100,
		190, 2, 55,
		8, 3, 120,
		15, 2, 90,
		230, 1, 35,
		3, 24, 2300,
		20, 2, 80,
		11, 3, 130,
	},
}

func ExampleFit() {
	c, err := cluster.Fit(shop, 3, cluster.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("labels", c.Labels)
	for i, g := range c.Model.Clusters {
		fmt.Printf("group %d: %d customers, recency %.1f, purchases %.1f, spend %.0f\n",
			i, g.Size, g.Center[0], g.Center[1], g.Center[2])
	}
	fmt.Printf("explained %.3f, converged %v\n", c.Explained(), c.Converged)
	// Output:
	// labels [0 2 0 2 1 1 2 0 1 1]
	// group 0: 3 customers, recency 6.7, purchases 21.0, spend 2100
	// group 1: 4 customers, recency 13.5, purchases 2.5, spend 105
	// group 2: 3 customers, recency 210.0, purchases 1.3, spend 43
	// explained 0.985, converged true
}

func ExampleData_Validate() {
	bad := cluster.Data{Features: []string{"recency", "spend"}, Values: []float64{5, 100, 7, math.NaN()}}
	err := bad.Validate()
	fmt.Println(err)
	var e *cluster.Error
	fmt.Println(errors.As(err, &e), e.Field, e.Row)
	// Output:
	// cluster: spend, row 1: the value is NaN: invalid
	// true spend 1
}

func ExampleModel_Assign() {
	c, err := cluster.Fit(shop, 3, cluster.Options{})
	if err != nil {
		panic(err)
	}
	labels, err := c.Model.Assign([]float64{
		30, 1, 60,
		150, 1, 20,
	})
	fmt.Println(labels, err)
	// Output: [1 2] <nil>
}

func ExampleModel_Distances() {
	c, err := cluster.Fit(shop, 3, cluster.Options{})
	if err != nil {
		panic(err)
	}
	d, err := c.Model.Distances([]float64{10, 60, 9000})
	fmt.Printf("%.1f %v: far from every group\n", d, err)
	// Output: [8.6 11.6 11.9] <nil>: far from every group
}

func ExampleModel_MarshalJSON() {
	c, err := cluster.Fit(cluster.Data{Features: []string{"visits"}, Values: []float64{1, 1, 3, 3}}, 2, cluster.Options{})
	if err != nil {
		panic(err)
	}
	saved, err := json.Marshal(c.Model)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(saved))
	var loaded cluster.Model
	if err := json.Unmarshal(saved, &loaded); err != nil {
		panic(err)
	}
	labels, err := loaded.Assign([]float64{1.5, 9})
	fmt.Println(labels, err)
	// Output:
	// {"version":1,"scaling":"z-score","features":[{"name":"visits","location":2,"scale":1}],"clusters":[{"center":[1],"standardised":[-1],"size":2,"inertia":0},{"center":[3],"standardised":[1],"size":2,"inertia":0}]}
	// [0 1] <nil>
}

func ExampleClustering_Silhouette() {
	c, err := cluster.Fit(shop, 3, cluster.Options{})
	if err != nil {
		panic(err)
	}
	s, err := c.Silhouette(cluster.SilhouetteOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s mean %.3f, groups %.3f, first customer %.3f\n", s.Method, s.Mean, s.Clusters, s.Rows[0])
	// Output: exact mean 0.879, groups [0.814 0.946 0.857], first customer 0.832
}

func ExampleClustering_Stability() {
	c, err := cluster.Fit(shop, 3, cluster.Options{})
	if err != nil {
		panic(err)
	}
	s, err := c.Stability(cluster.StabilityOptions{Replicates: 50})
	if err != nil {
		panic(err)
	}
	for i, g := range s.Clusters {
		fmt.Printf("group %d: Jaccard %.2f over %d samples, dissolved in %d\n", i, g.Jaccard, g.Replicates, g.Dissolved)
	}
	fmt.Printf("adjusted Rand %.2f\n", s.AdjustedRand)
	// Output:
	// group 0: Jaccard 0.98 over 48 samples, dissolved in 1
	// group 1: Jaccard 1.00 over 50 samples, dissolved in 0
	// group 2: Jaccard 0.98 over 48 samples, dissolved in 1
	// adjusted Rand 0.98
}

func ExampleAdjustedRand() {
	lastYear := []string{"gold", "gold", "gold", "silver", "silver", "bronze"}
	thisYear := []int{1, 1, 2, 2, 2, 3}
	index, err := cluster.AdjustedRand(lastYear, thisYear)
	fmt.Printf("%.4f %v\n", index, err)
	// Output: 0.3182 <nil>
}

func ExampleScan() {
	candidates, err := cluster.Scan(shop, 2, 4, cluster.ScanOptions{})
	if err != nil {
		panic(err)
	}
	for _, c := range candidates {
		fmt.Printf("k=%d explained %.3f silhouette %.3f least Jaccard %.2f smallest %d\n",
			c.K, c.Clustering.Explained(), c.Silhouette.Mean, c.Stability.Lowest(), c.Smallest())
	}
	// Output:
	// k=2 explained 0.723 silhouette 0.680 least Jaccard 0.96 smallest 3
	// k=3 explained 0.985 silhouette 0.879 least Jaccard 0.99 smallest 3
	// k=4 explained 0.993 silhouette 0.704 least Jaccard 0.88 smallest 1
}

func ExampleFinest() {
	candidates, err := cluster.Scan(shop, 2, 5, cluster.ScanOptions{})
	if err != nil {
		panic(err)
	}
	best, ok := cluster.Finest(candidates, cluster.Guard{MinSize: 2})
	fmt.Println(best.K, ok)
	// Output: 3 true
}
