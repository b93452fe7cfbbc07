package alerts

import "lightson/models/words"

// title says the same of some items of one kind, without a full stop.
func (s speaker) title(what tells, kind Kind, items []*item) string {
	switch kind {
	case ImportFailed:
		if len(items) == 1 {
			return s.Say("An import failed")
		}
		return s.Count(int64(len(items)), words.Plural{One: "{n} import failed", Other: "{n} imports failed"})
	case SourceFailing:
		return s.sourceTitle(what, len(items))
	case PollsStale:
		return s.staleTitle(what, items[0])
	}
	sentence := storeTitles[kind == NoData][what]
	if len(items) == 1 {
		return s.Say(sentence.one, "store", items[0].name(), "since", s.began(items[0]), "length", items[0].lasted())
	}
	stores := s.Stores(len(items))
	if cities := citiesOf(items); cities > 1 {
		stores = s.Say("{stores} in {cities}", "stores", stores, "cities", s.Count(int64(cities), words.Plural{One: "{n} city|in so many are stores", Other: "{n} cities|in so many are stores"}))
	}
	return s.Say(sentence.many, "stores", stores, "since", s.began(items[0]))
}

// oneOrMany is a sentence about one store, and about several.
type oneOrMany struct{ one, many words.Text }

// storeTitles are the titles about stores: false of those that are offline, true of those
// without data.
var storeTitles = map[bool]map[tells]oneOrMany{
	false: {
		isSo:    {"{store} has been offline since {since}", "{stores} have been offline since {since}"},
		isStill: {"{store} is still offline, since {since}", "{stores} are still offline, since {since}"},
		isBack:  {"{store} is back online", "{stores} are back online"},
		wasSo:   {"{store} was offline for {length}", "{stores} were offline"},
		wasNot:  {"{store} was not offline after all", "{stores} were not offline after all"},
	},
	true: {
		isSo:    {"{store} has had no data since {since}", "{stores} have had no data since {since}"},
		isStill: {"{store} still has no data, since {since}", "{stores} still have no data, since {since}"},
		isBack:  {"{store} has data again", "{stores} have data again"},
		wasSo:   {"{store} had no data for {length}", "{stores} had no data"},
		wasNot:  {"{store} had data after all", "{stores} had data after all"},
	},
}

func citiesOf(items []*item) int {
	cities := map[string]bool{}
	for _, i := range items {
		if i.Place.City != "" {
			cities[i.Place.City] = true
		}
	}
	return len(cities)
}

func (s speaker) sourceTitle(what tells, sources int) string {
	one, many := words.Text("A source works again"), words.Plural{One: "{n} source works again", Other: "{n} sources work again"}
	switch what {
	case isSo, isStill:
		one, many = "A source cannot be fetched", words.Plural{One: "{n} source cannot be fetched", Other: "{n} sources cannot be fetched"}
	case wasSo:
		one, many = "A source could not be fetched for a while", words.Plural{One: "{n} source could not be fetched for a while", Other: "{n} sources could not be fetched for a while"}
	}
	if sources == 1 {
		return s.Say(one)
	}
	return s.Count(int64(sources), many)
}

func (s speaker) staleTitle(what tells, i *item) string {
	switch what {
	case isSo, isStill:
		return s.Say("No store has been polled since {since}: the poller may be down", "since", s.began(i))
	case isBack:
		return s.Say("Stores are polled again")
	case wasSo:
		return s.Say("No store was polled for {length}, but polling works again", "length", i.lasted())
	default:
		return s.Say("Polls were not missing after all")
	}
}
