package rig

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// A Client has one connection to the server and asks for one page at a time. It
// costs less than the client of net/http: it shares the processors with the server,
// and its own time would be measured as the server's.
type Client struct {
	Cookie string // of whoever has signed in

	// Of the last page: how many bytes came, with the header, and after how long the first did.
	Wire      int64
	FirstByte time.Duration

	conn net.Conn
	host string
	from *bufio.Reader
}

// Read counts what comes from the server. It is for the reader of the answers.
func (c *Client) Read(p []byte) (int, error) {
	n, err := c.conn.Read(p)
	c.Wire += int64(n)
	return n, err
}

// Dial connects to a server.
func Dial(ctx context.Context, addr string) (*Client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &Client{conn: conn, host: addr}
	c.from = bufio.NewReaderSize(c, 32<<10)
	return c, nil
}

// Get asks for a page, as a browser would, and reads it to its end.
func (c *Client) Get(path string) error {
	c.Wire = 0
	began := time.Now()
	cookie := ""
	if c.Cookie != "" {
		cookie = "Cookie: " + c.Cookie + "\r\n"
	}
	_, err := fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n%s\r\n", path, c.host, cookie)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.from, nil)
	if err != nil {
		return err
	}
	c.FirstByte = time.Since(began)
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }
