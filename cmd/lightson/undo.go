package main

import (
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/imports"
)

type undoCommand struct {
	ID string `arg:"" name:"id" help:"The import, as load printed it."`
}

// Run takes an import out of the data again.
func (c *undoCommand) Run(p *program) error {
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	i, err := imports.Undo(p.ctx, db, c.ID, userName())
	err = p.record(db, commandRecord(access.ImportUndone, "import", c.ID, err), err)
	var refused imports.UndoError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, models.ErrNotFound):
		return fmt.Errorf("there is no import %s", c.ID)
	case err != nil:
		return err
	}
	fmt.Fprintf(p.out, "import %s is undone: %d kept rows are gone, what they replaced is back\n", i.ID, i.Kept)
	return nil
}
