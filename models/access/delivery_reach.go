package access

import (
	"lightson/models/deliveries"
	"lightson/models/reach"
)

// readableBy is a delivery as its person may read it now. What was said of stores that
// they do not see any more is left out, also what a receiver answered, which may repeat it.
func readableBy(p Principal, d deliveries.Delivery) deliveries.Delivery {
	if d.Reach == "" || d.Kind == deliveries.Test || d.Kind == deliveries.Confirmation {
		return d
	}
	then, err := reach.Parse(d.Reach)
	if err == nil && then.Within(p.Reach) {
		return d
	}
	d.Message, d.Payload = deliveries.Message{Title: "A message about stores that you do not see any more"}, nil
	tries := make([]deliveries.Try, len(d.Tries))
	for n, t := range d.Tries {
		t.Answer = ""
		tries[n] = t
	}
	d.Tries = tries
	return d
}
