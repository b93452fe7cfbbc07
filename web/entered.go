package web

import (
	"errors"
	"strings"

	"lightson/models/entered"
	"lightson/models/words"
)

// problemWith turns what package entered says is wrong with something that was entered into
// the problem of its field. Any other error stays what it is.
func problemWith(err error) error {
	var wrong entered.Problem
	if !errors.As(err, &wrong) {
		return err
	}
	field, _, _ := strings.Cut(wrong.Where, " ") // "times of 2026-11-26"
	return fieldProblem{badInput(words.Said(wrong.Error())), field, wrong.ForPeople()}
}
