package imports

import (
	"cmp"
	"slices"
	"strings"

	"lightson/models"
)

// changesKept bounds the list of changes; all are counted.
const changesKept = 200

// A changeList lists the hours, zones and names of known stores that a merge
// changed, for people.
type changeList struct {
	total int64
	first []models.Change // at most changesKept
}

// add counts a change and, while there is room, keeps it.
func (l *changeList) add(change func() models.Change) {
	l.total++
	if len(l.first) < changesKept {
		l.first = append(l.first, change())
	}
}

// sorted are the changes that are kept, by store and kind.
func (l *changeList) sorted() []models.Change {
	slices.SortFunc(l.first, func(a, b models.Change) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Kind, b.Kind))
	})
	return l.first
}
