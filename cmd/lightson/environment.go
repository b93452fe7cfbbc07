package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

// envFile is read where the program starts, if it is there.
const envFile = ".env"

// inFile ends the name of a variable that names the file with a setting, as secrets are
// given to containers: LIGHTSON_SMTP_URL_FILE=/run/secrets/smtp.
const inFile = "_FILE"

// longestSettingFile bounds what is read of such a file, in bytes.
const longestSettingFile = 64 << 10

// An environment is where settings come from that the command line does not have, the first
// that has one: a variable, a file that a variable names, the file .env.
type environment struct {
	variable func(name string) string
	file     map[string]string // what .env has; nil where there is none

	sources map[string]string // by the name of a setting, where it was found
}

// newEnvironment reads the file .env, if there is one.
func newEnvironment() (*environment, error) {
	file, err := godotenv.Read(envFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, notUnderstood{fmt.Errorf("%s: expected lines such as LIGHTSON_ADDR=127.0.0.1:8080: %w", envFile, withoutText(err))}
	}
	return &environment{variable: os.Getenv, file: file, sources: map[string]string{}}, nil
}

// withoutText is an error of reading .env that shows nothing of it: it may have secrets.
func withoutText(err error) error {
	if pathError := new(fs.PathError); errors.As(err, &pathError) {
		return pathError.Err
	}
	return errors.New("found something else")
}

// A finding is a setting, and where it was found.
type finding struct{ value, source string }

// find finds a setting. It is an error to set it in two ways of one place: nobody could tell
// which of them counts.
func (e *environment) find(name string) (found finding, ok bool, err error) {
	for _, place := range []struct {
		name string
		has  func(name string) string
	}{
		{"environment", e.variable},
		{envFile, func(name string) string { return e.file[name] }},
	} {
		value, path := place.has(name), place.has(name+inFile)
		switch {
		case value != "" && path != "":
			return found, false, fmt.Errorf("%s: expected it or %s, found both", name, name+inFile)
		case value != "":
			return finding{value, place.name}, true, nil
		case path != "":
			value, err := readSetting(path)
			if err != nil {
				return found, false, fmt.Errorf("%s: %w", name+inFile, err)
			}
			return finding{value, path}, true, nil
		}
	}
	return found, false, nil
}

// readSetting reads a file with one setting, without the end of its line.
func readSetting(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, longestSettingFile+1))
	if err != nil {
		return "", err
	}
	if len(content) > longestSettingFile {
		return "", fmt.Errorf("%s: expected at most %d bytes, found more", path, longestSettingFile)
	}
	value := strings.TrimRight(string(content), "\r\n")
	if value == "" {
		return "", fmt.Errorf("%s: expected a setting, found nothing", path)
	}
	return value, nil
}

// Validate implements kong.Resolver.
func (e *environment) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver: it gives a flag that the command line does not have what
// the environment has for it. An empty variable counts as none, as in compose files that hand
// on what may be there.
func (e *environment) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		found, ok, err := e.find(name)
		if err != nil {
			return nil, err
		}
		if ok {
			e.sources[name] = found.source
			if err := fits(flag, found.value); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return found.value, nil
		}
	}
	return nil, nil
}

// fits reports by its error whether a flag takes a value, so that the error can say where the
// value came from.
func fits(flag *kong.Flag, value string) error {
	scan := kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value})
	return flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, reflect.New(flag.Target.Type()).Elem())
}

// helpWithVariable is the help of a flag, with the variable that sets it.
func helpWithVariable(v *kong.Value) string {
	if v.Flag == nil || len(v.Flag.Envs) == 0 {
		return v.Help
	}
	return strings.TrimSuffix(v.Help, ".") + " ($" + strings.Join(v.Flag.Envs, ", $") + ")."
}

// leaveToEnvironment has the parser itself read no variables.
func leaveToEnvironment(parser *kong.Kong) {
	for _, node := range append([]*kong.Node{parser.Model.Node}, parser.Model.Leaves(false)...) {
		for _, flag := range node.Flags {
			flag.Tag.Envs = nil
		}
	}
}

// unknown are variables that look like settings and are none of a command, in order: most are
// mistyped.
func (r *reading) unknown() []string {
	var known []string
	for _, flag := range r.command.Flags() {
		known = append(known, flag.Envs...)
	}
	names := slices.Collect(maps.Keys(r.env.file))
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		setting := strings.TrimSuffix(name, inFile)
		return !strings.HasPrefix(name, "LIGHTSON_") || slices.Contains(known, name) || slices.Contains(known, setting)
	})
	slices.Sort(names)
	return slices.Compact(names)
}
