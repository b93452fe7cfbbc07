package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/names"
	"lightson/views"
)

// groupChoices is how many groups a page offers at once. Where there are more, one
// types a name, and the first that match are suggested.
const (
	groupChoices    = 100
	groupsSuggested = 20
)

// newGroupSelect is a choice of a group. The first is none, for no group. If there
// are no groups, there are no choices.
func newGroupSelect(w spoken, groups []figures.Group, none, chosen string) views.Select {
	choice := views.Select{Name: "group", Label: w.Say("Group")}
	if len(groups) == 0 {
		return choice
	}
	if len(groups) > groupChoices {
		choice.Suggest, choice.Value, choice.None = "/groups/names", chosen, none
		return choice
	}
	choice.Options = []views.Option{{Text: none, Selected: chosen == ""}}
	for _, g := range groups {
		choice.Options = append(choice.Options, views.Option{Value: g.Name, Text: g.Name, Selected: g.Name == chosen})
	}
	return choice
}

// suggestGroups serves GET /groups/names?group=: the first groups whose names have what
// was typed.
func (s *Server) suggestGroups(c echo.Context) error {
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	if err != nil {
		return err
	}
	sums, err := s.groupSums(ctx, trend)
	if err != nil {
		return err
	}
	search := names.NewSearch(c.QueryParam("group"))
	var options []views.Option
	for _, g := range sums {
		if len(options) < groupsSuggested && search.Finds(g.folded) {
			options = append(options, views.Option{Value: g.name, Text: spokenOf(ctx).stores(len(g.stores))})
		}
	}
	return render(c, http.StatusOK, views.Options(options))
}
