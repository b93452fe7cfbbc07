package web

import (
	"lightson/models/reach"
	"lightson/models/words"
)

// reach is the reach that was sent. all is what the field all stands for.
func (r apiReach) reach(all reach.Reach) (reach.Reach, error) {
	some := len(r.Groups)+len(r.Stores) > 0
	if r.All && some {
		return all, badParam("reach", words.Said("either all stores, or groups and stores"), "both")
	}
	if r.All {
		return all, nil
	}
	return reach.Of(r.Groups, r.Stores), nil
}
