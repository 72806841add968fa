package replicate

// factors knows the factor of every PSU in every replicate.
type factors interface {
	// fill writes the factors of one replicate.
	fill(replicate int, of []float64)
	// totals returns, for one replicate, the totals of columns whose sums by PSU
	// are given; whole has their sums by stratum.
	totals(replicate int, sums, whole [][]float64, into []float64)
}

// leaveOneOut is the jackknife. out has the PSU that each replicate leaves out.
type leaveOneOut struct {
	design *Design
	out    []int
}

func (l *leaveOneOut) fill(replicate int, of []float64) {
	for psu := range of {
		of[psu] = 1
	}
	psu := l.out[replicate]
	s := l.design.strata[l.design.stratum[psu]]
	for other := s.first; other < s.first+s.n; other++ {
		of[other] = float64(s.n) / float64(s.n-1)
	}
	of[psu] = 0
}

// totals changes one stratum's share of the total and no other.
func (l *leaveOneOut) totals(replicate int, sums, whole [][]float64, into []float64) {
	psu := l.out[replicate]
	h := l.design.stratum[psu]
	n := float64(l.design.strata[h].n)
	for c := range into {
		// whole[c] has the strata and, behind them, the total.
		into[c] = whole[c][len(whole[c])-1] + (whole[c][h]-n*sums[c][psu])/(n-1)
	}
}

// halves is BRR.
type halves struct {
	h   [][]int8
	rho float64
}

func (b *halves) fill(replicate int, of []float64) {
	// PSUs lie two by two; column 0 of the matrix is all 1 and left out.
	for psu := 0; psu < len(of); psu += 2 {
		of[psu], of[psu+1] = 2-b.rho, b.rho
		if b.h[replicate][psu/2+1] < 0 {
			of[psu], of[psu+1] = b.rho, 2-b.rho
		}
	}
}

func (b *halves) totals(replicate int, sums, _ [][]float64, into []float64) {
	row := b.h[replicate]
	for c := range into {
		total := 0.0
		for psu := 0; psu < len(sums[c]); psu += 2 {
			kept, left := sums[c][psu], sums[c][psu+1]
			if row[psu/2+1] < 0 {
				kept, left = left, kept
			}
			total += (2-b.rho)*kept + b.rho*left
		}
		into[c] = total
	}
}

// counted is the bootstrap: how often every PSU was drawn.
type counted struct {
	design *Design
	counts [][]uint16
	factor func(s stratum, count uint16) float64
}

func (b *counted) fill(replicate int, of []float64) {
	for psu, count := range b.counts[replicate] {
		of[psu] = b.factor(b.design.strata[b.design.stratum[psu]], count)
	}
}

func (b *counted) totals(replicate int, sums, _ [][]float64, into []float64) {
	clear(into)
	for psu, count := range b.counts[replicate] {
		f := b.factor(b.design.strata[b.design.stratum[psu]], count)
		for c := range into {
			into[c] += f * sums[c][psu]
		}
	}
}
