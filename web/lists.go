package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lightson/models/words"
	"lightson/views"
)

// withQuery appends a query to a path, unless the query is empty.
func withQuery(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// addSort adds the order of a list to its query, unless it is the usual order.
func addSort(v url.Values, column string, desc bool, usual string, usualDesc bool) {
	if column == "" || column == usual && desc == usualDesc {
		return
	}
	v.Set("sort", column)
	if desc {
		v.Set("order", "desc")
	}
}

func addPage(v url.Values, page int) {
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
}

// hiddenParams are the parameters of a list that its search form must carry along.
func hiddenParams(v url.Values) []views.Param {
	var params []views.Param
	for name := range v {
		params = append(params, views.Param{Name: name, Value: v.Get(name)})
	}
	slices.SortFunc(params, func(a, b views.Param) int { return strings.Compare(a.Name, b.Name) })
	return params
}

// sortLink is the link in the heading of a column. It sorts by the column, or
// reverses the order if the list is sorted by it already.
func sortLink(active, desc, first bool, urlFor func(desc bool) string) views.SortLink {
	if !active {
		return views.SortLink{URL: urlFor(first)}
	}
	link := views.SortLink{URL: urlFor(!desc), Dir: "ascending"}
	if desc {
		link.Dir = "descending"
	}
	return link
}

// listedStores are the stores of a page of a list.
var listedStores = words.Plural{One: "{first}–{last} of {n} store", Other: "{first}–{last} of {n} stores"}

// paginate returns one page of a list and the links to its neighbours. A page past
// the end is the last one. things is what says which they are: "1–50 of 14,092 stores".
func paginate[T any](w spoken, list []T, page, size int, things words.Plural, urlFor func(page int) string) (views.Pager, []T) {
	if len(list) == 0 {
		return views.Pager{}, nil
	}
	last := (len(list) + size - 1) / size
	page = min(max(page, 1), last)
	from, to := (page-1)*size, min(page*size, len(list))
	pager := views.Pager{Text: w.Count(int64(len(list)), things, "first", from+1, "last", to)}
	if page > 1 {
		pager.Prev = urlFor(page - 1)
	}
	if page < last {
		pager.Next = urlFor(page + 1)
	}
	return pager, list[from:to]
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
