package plan

import (
	"errors"
	"math"
)

// TwoStage describes a survey in two stages (两阶段抽样): clusters, and units
// within them.
type TwoStage struct {
	// ClusterCost and UnitCost, above 0 and in the same unit, are what a further
	// cluster and a further interview in it cost.
	ClusterCost float64 `json:"cluster_cost"`
	UnitCost    float64 `json:"unit_cost"`
	// Rho is the correlation of two units of the same cluster, between 0 and 1
	// exclusive.
	Rho float64 `json:"rho"`
	// UnitVariance is the relative variance of a unit, (sd/mean)², above 0.
	UnitVariance float64 `json:"unit_variance"`
	// Ratio is the sum of the variances between and within clusters over
	// UnitVariance, near 1; 0 stands for 1. PracTools calls it k.
	Ratio float64 `json:"ratio,omitzero"`
}

// TwoStageSize is the optimal survey in two stages, before rounding.
type TwoStageSize struct {
	Clusters float64 `json:"clusters"` // how many clusters
	Units    float64 `json:"units"`    // how many interviews in each
	Cost     float64 `json:"cost"`     // what they cost
	CV       float64 `json:"cv"`       // coefficient of variation of the mean
}

// Validate returns ErrInvalid for every field that is out of its range, all of
// them joined.
func (s TwoStage) Validate() error {
	inf := math.Inf(1)
	return errors.Join(inside("cluster cost", s.ClusterCost, 0, inf), inside("unit cost", s.UnitCost, 0, inf),
		inside("rho", s.Rho, 0, 1), inside("unit variance", s.UnitVariance, 0, inf),
		inside("ratio", orElse(s.Ratio, 1), 0, inf))
}

// ForCV returns the cheapest survey whose mean has the coefficient of variation
// cv > 0. The error is ErrInvalid.
//
// Source: Hansen, Hurwitz and Madow 1953, Sample Survey Methods and Theory,
// chapter 6: sqrt(C1/C2·(1-rho)/rho) interviews in each cluster.
func (s TwoStage) ForCV(cv float64) (TwoStageSize, error) {
	if err := errors.Join(s.Validate(), inside("cv", cv, 0, math.Inf(1))); err != nil {
		return TwoStageSize{}, err
	}
	units := s.units()
	return s.size(s.perCluster(units)/(cv*cv), units), nil
}

// ForBudget returns the most precise survey that costs budget > 0. The errors are
// ErrInvalid, and ErrInfeasible where the budget does not pay one cluster.
func (s TwoStage) ForBudget(budget float64) (TwoStageSize, error) {
	if err := errors.Join(s.Validate(), inside("budget", budget, 0, math.Inf(1))); err != nil {
		return TwoStageSize{}, err
	}
	units := s.units()
	clusters := budget / (s.ClusterCost + s.UnitCost*units)
	if clusters < 1 {
		return TwoStageSize{}, failed(ErrInfeasible, "budget", "does not pay one cluster")
	}
	return s.size(clusters, units), nil
}

// units is the optimal number of interviews in a cluster, at least one.
func (s TwoStage) units() float64 {
	return math.Max(1, math.Sqrt(s.ClusterCost/s.UnitCost*((1-s.Rho)/s.Rho)))
}

// perCluster is the relative variance of the mean with one cluster.
func (s TwoStage) perCluster(units float64) float64 {
	return s.UnitVariance * orElse(s.Ratio, 1) / units * (1 + s.Rho*(units-1))
}

func (s TwoStage) size(clusters, units float64) TwoStageSize {
	return TwoStageSize{
		Clusters: clusters,
		Units:    units,
		Cost:     clusters * (s.ClusterCost + s.UnitCost*units),
		CV:       math.Sqrt(s.perCluster(units) / clusters),
	}
}
