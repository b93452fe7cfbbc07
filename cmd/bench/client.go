package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// A client has one connection to the server and asks for one page at a time. It
// does less than net/http's: it shares the processors with the server, and what
// it costs looks like the server's.
type client struct {
	conn net.Conn
	host string
	from *bufio.Reader
}

func dial(ctx context.Context, addr string) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn, addr, bufio.NewReaderSize(conn, 32<<10)}, nil
}

// get asks for a page, as a browser would, and reads it to its end.
func (c *client) get(path string) error {
	_, err := fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n", path, c.host)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.from, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return nil
}

func (c *client) close() error { return c.conn.Close() }
