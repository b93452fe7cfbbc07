package main

import "testing"

func TestThePlantedCausesAreNamed(t *testing.T) {
	var s score
	for seed := range uint64(200) {
		s.add(plantSeed(seed + plantedSeeds)) // others than those of the section
	}
	if s.planted < s.seeds/2 {
		t.Fatalf("only %d causes were planted in %d seeds", s.planted, s.seeds)
	}
	if s.invented > 0 {
		t.Errorf("%d causes were named where there was none", s.invented)
	}
	if s.precision() < plantedGoal || s.recall() < plantedGoal {
		t.Errorf("precision %.3f and recall %.3f of %d planted causes, expected %v", s.precision(), s.recall(), s.planted, plantedGoal)
	}
}
