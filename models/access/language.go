package access

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/words"
)

// ChooseLanguage remembers the language that a person chose.
func (a *Accounts) ChooseLanguage(ctx context.Context, person string, l words.Language) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Model(&personRow{}).Where("id = ? AND language <> ?", person, l).Update("language", l).Error
	})
	if err != nil {
		return fmt.Errorf("choose language: %w", err)
	}
	return nil
}

// LearnLanguage remembers the language that a person's browser wants, where none is known.
func (a *Accounts) LearnLanguage(ctx context.Context, person string, wanted words.Language) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error { return learnLanguage(tx.GORM(ctx), person, wanted) })
	if err != nil {
		return fmt.Errorf("learn language: %w", err)
	}
	return nil
}

// learnLanguage does so in a transaction. What was chosen or learnt before stays: other
// browsers of the same person may want another one.
func learnLanguage(g *gorm.DB, person string, wanted words.Language) error {
	return g.Model(&personRow{}).Where("id = ? AND language = ''", person).Update("language", wanted).Error
}
