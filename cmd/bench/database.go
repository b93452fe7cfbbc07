package main

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

// A kind is a kind of database.
type kind string

const (
	postgres kind = "PostgreSQL"
	sqlite   kind = "SQLite"
)

var kinds = []kind{postgres, sqlite}

// A database is one that Lights On works on, or a bare one beside it. All SQL of
// this harness goes through psql and sqlite3: what is compared is what anyone
// with these programs has.
type database struct {
	kind kind
	name string
	url  string // PostgreSQL only
	dir  string // data folder, of either kind
}

// file is the file of a SQLite database.
func (d *database) file() string { return filepath.Join(d.dir, "lightson.db") }

// do runs statements or commands, one by one.
func (d *database) do(ctx context.Context, commands ...string) error {
	_, err := d.ask(ctx, commands...)
	return err
}

// ask does the same and returns what they print, columns divided by |.
func (d *database) ask(ctx context.Context, commands ...string) (string, error) {
	program, args := d.client(commands...)
	return output(ctx, program, args...)
}

// client is the command line that runs commands.
func (d *database) client(commands ...string) (program string, args []string) {
	if d.kind == sqlite {
		return "sqlite3", append([]string{"-bail", d.file()}, commands...)
	}
	args = []string{"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", d.url}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	return "psql", args
}

// number asks for a single number.
func (d *database) number(ctx context.Context, query string) (int64, error) {
	text, err := d.ask(ctx, query)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

// settle takes what earlier runs left to be written out of the next one's time.
func (d *database) settle(ctx context.Context) error {
	if d.kind == sqlite {
		return nil
	}
	return d.do(ctx, "CHECKPOINT")
}

// empty makes a database without tables, in place of an earlier one of its name.
func (b *bench) empty(ctx context.Context, kind kind, name string) (*database, error) {
	return b.create(ctx, kind, name, nil)
}

// fresh makes a migrated database without data.
func (b *bench) fresh(ctx context.Context, kind kind, name string) (*database, error) {
	if b.blanks[kind] == nil {
		blank, err := b.empty(ctx, kind, "blank")
		if err != nil {
			return nil, err
		}
		if err := b.lightson(ctx, blank, "migrate"); err != nil {
			return nil, err
		}
		b.blanks[kind] = blank
	}
	return b.create(ctx, kind, name, b.blanks[kind])
}

// create makes a database, as a copy of another if one is given.
func (b *bench) create(ctx context.Context, kind kind, name string, like *database) (*database, error) {
	b.nextDir++
	d := &database{kind: kind, name: name, dir: filepath.Join(b.dir, fmt.Sprintf("%s-%d", name, b.nextDir))}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		return nil, err
	}
	if kind == sqlite {
		if like == nil {
			return d, nil
		}
		return d, copyFile(d.file(), like.file())
	}
	u := *b.server
	u.Path = "/lightson_bench_" + name
	d.url = u.String()
	if err := b.drop(ctx, d); err != nil {
		return nil, err
	}
	b.made[name] = d
	template := "template0"
	if like != nil {
		template = like.inServer()
	}
	return d, b.onServer(ctx, "CREATE DATABASE "+d.inServer()+" TEMPLATE "+template)
}

func (d *database) inServer() string { return "lightson_bench_" + d.name }

func (b *bench) onServer(ctx context.Context, statement string) error {
	server := database{kind: postgres, url: b.server.String()}
	return server.do(ctx, statement)
}

// drop removes a database, and of one that is not there nothing.
func (b *bench) drop(ctx context.Context, d *database) error {
	if d.kind == sqlite {
		return os.RemoveAll(d.dir)
	}
	return b.onServer(ctx, "DROP DATABASE IF EXISTS "+d.inServer()+" WITH (FORCE)")
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
