package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Kind is a kind of database.
type Kind string

// The kinds of databases.
const (
	PostgreSQL Kind = "PostgreSQL"
	SQLite     Kind = "SQLite"
)

// Kinds are all of them.
var Kinds = []Kind{PostgreSQL, SQLite}

// A Database is one that Lights On works on, or a bare one beside it. All SQL of
// the harnesses goes through psql and sqlite3: what they see is what anyone with
// these programs sees.
type Database struct {
	Kind Kind
	Name string
	URL  string // PostgreSQL only
	Dir  string // data folder, of either kind

	inServer string // its name there, PostgreSQL only
}

// File is the file of a SQLite database.
func (d *Database) File() string { return filepath.Join(d.Dir, "lightson.db") }

// Do runs statements or commands, one by one.
func (d *Database) Do(ctx context.Context, commands ...string) error {
	_, err := d.Ask(ctx, commands...)
	return err
}

// Ask does the same and returns what they print, columns divided by |.
func (d *Database) Ask(ctx context.Context, commands ...string) (string, error) {
	program, args := d.Client(commands...)
	return Output(ctx, program, args...)
}

// Client is the command line that runs commands.
func (d *Database) Client(commands ...string) (program string, args []string) {
	if d.Kind == SQLite {
		return "sqlite3", append([]string{"-bail", "-cmd", ".timeout 10000", d.File()}, commands...)
	}
	args = []string{"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", d.URL}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	return "psql", args
}

// Number asks for a single number.
func (d *Database) Number(ctx context.Context, query string) (int64, error) {
	text, err := d.Ask(ctx, query)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

// Settle writes out what earlier runs left in memory, so that the next one does not
// pay for it.
func (d *Database) Settle(ctx context.Context) error {
	if d.Kind == SQLite {
		return nil
	}
	return d.Do(ctx, "CHECKPOINT")
}

// Empty makes a database without tables, in place of an earlier one of its name.
func (r *Rig) Empty(ctx context.Context, kind Kind, name string) (*Database, error) {
	return r.Create(ctx, kind, name, nil)
}

// Create makes a database, as a copy of like unless that is nil. Nobody may use like
// meanwhile.
func (r *Rig) Create(ctx context.Context, kind Kind, name string, like *Database) (*Database, error) {
	r.mu.Lock()
	r.nextDir++
	d := &Database{Kind: kind, Name: name, Dir: filepath.Join(r.Dir, fmt.Sprintf("%s-%d", name, r.nextDir))}
	r.mu.Unlock()
	if err := os.Mkdir(d.Dir, 0o700); err != nil {
		return nil, err
	}
	if kind == SQLite {
		if like == nil {
			return d, nil
		}
		return d, copyFile(d.File(), like.File())
	}
	d.inServer = "lightson_" + r.name + "_" + name
	u := *r.server
	u.Path = "/" + d.inServer
	d.URL = u.String()
	if err := r.Drop(ctx, d); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.made[name] = d
	r.mu.Unlock()
	template := "template0"
	if like != nil {
		template = like.inServer
	}
	return d, r.onServer(ctx, "CREATE DATABASE "+d.inServer+" TEMPLATE "+template)
}

func (r *Rig) onServer(ctx context.Context, statement string) error {
	server := Database{Kind: PostgreSQL, URL: r.server.String()}
	return server.Do(ctx, statement)
}

// Drop removes a database if it exists. The data folder of one on the server stays.
func (r *Rig) Drop(ctx context.Context, d *Database) error {
	if d.Kind == SQLite {
		return os.RemoveAll(d.Dir)
	}
	return r.onServer(ctx, "DROP DATABASE IF EXISTS "+d.inServer+" WITH (FORCE)")
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}
