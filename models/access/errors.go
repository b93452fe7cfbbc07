package access

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"lightson/models/words"
)

// What is refused without saying more: whoever asks must not learn what is wrong with it.
var (
	// ErrSignIn answers a sign-in that fails, whatever the cause: an unknown e-mail, a
	// wrong password or code, a disabled account.
	ErrSignIn = errors.New("the e-mail or the password is wrong")
	// ErrInvitation answers an invitation or a reset that is unknown, used, void or expired.
	ErrInvitation = errors.New("this link is not valid: it was used, has expired, or a newer one was made")
	// ErrKey answers a key that is unknown, revoked or expired, or whose person is disabled.
	ErrKey = errors.New("this key is not valid")
	// ErrLink answers a share link that is unknown, revoked or expired, or whose person may
	// no longer share the report.
	ErrLink = errors.New("this link is not valid")
	// ErrFeed answers a feed that is unknown or revoked, or whose person is told nothing any more.
	ErrFeed = errors.New("this feed is not valid")
)

// What a signed-in person or an operator is told.
var (
	// ErrLastOperator keeps the place from having nobody who can run it.
	ErrLastOperator = errors.New("this is the last operator who can sign in: make someone else an operator first")
	// ErrAppoints keeps a key from giving somebody the role of an operator, or a way to sign in
	// with it: that would last when the key is revoked. It is an ErrForbidden.
	ErrAppoints = fmt.Errorf("nobody becomes an operator by a key, and no operator gets a way to sign in by one: %w", ErrForbidden)
	// ErrEmailTaken says that another account has the e-mail.
	ErrEmailTaken = errors.New("another account has this e-mail")
	// ErrNoAccount says that whoever a proxy or provider vouches for has no account here,
	// and no rule gives one.
	ErrNoAccount = errors.New("there is no account for you here: ask an operator for one")
	// ErrNeedsFactor says that a password alone is not enough for this account.
	ErrNeedsFactor = errors.New("a second factor is needed")
	// ErrCode says that a new TOTP device showed another code.
	ErrCode = errors.New("this code is wrong: check the clock of your device, then enter its next code")
	// ErrLastWayIn keeps people from removing the only thing that they can sign in with.
	ErrLastWayIn = errors.New("you would have no way left to sign in: set a password first")
)

// A Field names what an InputError is about: "Password", "Days".
type Field string

// An InputError says what is wrong with something that was entered: where, what was
// expected, what was found. It is for whoever entered it, in their language.
type InputError struct {
	Field Field // empty where it is the matter of none
	words.Message
}

// Error is the sentence in English.
func (e InputError) Error() string {
	if e.Field == "" {
		return e.String()
	}
	return string(e.Field) + ": " + e.String()
}

// WrongInput is an InputError. Numbers are written as they are entered, without separators.
func WrongInput(field Field, text words.Text, values ...any) InputError {
	for n, v := range values {
		if number, is := v.(int); is {
			values[n] = strconv.Itoa(number)
		}
	}
	return InputError{field, words.Later(text, values...)}
}

// TooManyTries says that nothing was tried, because too many tries failed before.
type TooManyTries struct {
	RetryAfter time.Duration // at least a second
}

// Error is a sentence for whoever tries.
func (e TooManyTries) Error() string {
	return fmt.Sprintf("too many failed attempts: wait %s, then try again", e.RetryAfter.Round(time.Second))
}
