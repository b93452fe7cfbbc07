package modelstest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A cluster is the shared PostgreSQL server as one process uses it: for a
// template, and for databases that are copies of it.
type cluster struct {
	url      *url.URL
	prefix   string // of the names of its databases
	strategy string // of copying

	mu   sync.Mutex
	conn *pgx.Conn
	made int
}

const clusterPrefix = "lightson_test_"

var theCluster = sync.OnceValues(func() (*cluster, error) {
	ctx := context.Background()
	c := &cluster{prefix: clusterPrefix + strings.ToLower(rand.Text()) + "_"}
	var err error
	if c.url, err = url.Parse(os.Getenv("TEST_POSTGRES_URL")); err != nil {
		return nil, err
	}
	if c.conn, err = pgx.Connect(ctx, c.url.String()); err != nil {
		return nil, err
	}
	// Since version 15 PostgreSQL by default copies in a way that takes five
	// times as long for a small database. Before it had the other one only.
	var version int
	if err := c.conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return nil, err
	}
	if version >= 150000 {
		c.strategy = " STRATEGY file_copy"
	}
	if err := c.removeAbandoned(); err != nil {
		return nil, err
	}
	if err := c.exec("CREATE DATABASE " + c.template() + " TEMPLATE template0" + c.strategy); err != nil {
		return nil, err
	}
	return c, makeTemplate(c.urlOf(c.template()), "")
})

// removeAbandoned removes the databases of processes that have ended: nothing
// runs at the end of a test process that could remove its template. As long as
// a process lives, its connection holds a lock named as its prefix.
func (c *cluster) removeAbandoned() error {
	ctx := context.Background()
	if _, err := c.conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", c.prefix); err != nil {
		return err
	}
	rows, err := c.conn.Query(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1)
		AND pg_try_advisory_lock(hashtext(substring(datname, '^.*_')))`, clusterPrefix)
	if err != nil {
		return err
	}
	abandoned, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range abandoned {
		err = errors.Join(err, c.drop(name))
	}
	return err
}

func (c *cluster) template() string { return c.prefix + "template" }

func (c *cluster) urlOf(name string) string {
	u := *c.url
	u.Path = "/" + name
	return u.String()
}

// create makes a copy of the template and returns its name.
func (c *cluster) create() (name string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	name = fmt.Sprint(c.prefix, c.made)
	return name, c.exec("CREATE DATABASE " + name + " TEMPLATE " + c.template() + c.strategy)
}

// remove removes a database, also one to which a program is still connected.
func (c *cluster) remove(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drop(name)
}

func (c *cluster) drop(name string) error { return c.exec("DROP DATABASE " + name + " WITH (FORCE)") }

func (c *cluster) exec(statement string) error {
	_, err := c.conn.Exec(context.Background(), statement)
	return err
}

// newDatabase makes a migrated database for one test and returns its URL.
func newDatabase(t testing.TB) string {
	t.Helper()
	skipWithoutPostgres(t)
	c, err := theCluster()
	if err != nil {
		t.Fatal("TEST_POSTGRES_URL:", err)
	}
	name, err := c.create()
	if err != nil {
		t.Fatal("TEST_POSTGRES_URL:", err)
	}
	t.Cleanup(func() {
		if err := c.remove(name); err != nil {
			t.Error("remove the database:", err)
		}
	})
	return c.urlOf(name)
}
