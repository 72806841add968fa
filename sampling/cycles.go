package sampling

// Cycles keep the spot checks of each year.
type Cycles struct{ core *core }
