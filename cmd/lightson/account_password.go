package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxPasswordLine is more than any password has.
const maxPasswordLine = 4096

// newPassword reads a password that somebody chooses: from the first line of standard
// input, or, twice, from a terminal, where it is not shown. Where mayBeEmpty, it is empty
// where there is no terminal or nothing is typed.
func (p *program) newPassword(fromStdin, mayBeEmpty bool) (string, error) {
	terminal := int(os.Stdin.Fd())
	switch {
	case fromStdin:
		return firstLine(os.Stdin)
	case term.IsTerminal(terminal):
		return p.askPassword(terminal, mayBeEmpty)
	case mayBeEmpty:
		return "", nil
	default:
		return "", notUnderstood{errors.New("expected a terminal to ask for the password on, or --password-stdin")}
	}
}

// firstLine reads the first line, without its end.
func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxPasswordLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" {
		return "", errors.New("--password-stdin: expected a password on standard input, found nothing")
	}
	return line, nil
}

// askPassword asks for a password twice.
func (p *program) askPassword(terminal int, mayBeEmpty bool) (string, error) {
	prompt := "Password: "
	if mayBeEmpty {
		prompt = "Password (nothing for an invitation link): "
	}
	first, err := p.readHidden(terminal, prompt)
	if err != nil || first == "" && mayBeEmpty {
		return "", err
	}
	second, err := p.readHidden(terminal, "Once more: ")
	if err == nil && first != second {
		err = errors.New("the passwords are not the same; nothing was changed")
	}
	return first, err
}

// readHidden reads a line of a terminal that shows nothing of it. A signal ends the wait,
// and the terminal shows again what is typed.
func (p *program) readHidden(terminal int, prompt string) (string, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("ask for the password: %w", err)
	}
	type typed struct {
		line []byte
		err  error
	}
	done := make(chan typed, 1)
	fmt.Fprint(p.err, prompt)
	go func() {
		line, err := term.ReadPassword(terminal)
		done <- typed{line, err}
	}()
	select {
	case t := <-done:
		fmt.Fprintln(p.err)
		if t.err != nil {
			return "", fmt.Errorf("ask for the password: %w", t.err)
		}
		return string(t.line), nil
	case <-p.ctx.Done():
		fmt.Fprintln(p.err)
		return "", errors.Join(errInterrupted, term.Restore(terminal, before))
	}
}
