package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync/atomic"

	"lightson/cmd/rig"
)

// An askProxy stands between programs and PostgreSQL and counts what it is asked: simple
// queries and executions of prepared ones, whoever sends them and whatever they are for.
type askProxy struct {
	listener net.Listener
	network  string
	server   string
	count    atomic.Int64
}

// newAskProxy lets programs that are given the database go through the proxy.
func newAskProxy(ctx context.Context, d *rig.Database) (*askProxy, error) {
	at, err := url.Parse(d.URL)
	if err != nil {
		return nil, err
	}
	p := &askProxy{network: "tcp", server: at.Host}
	params := at.Query()
	if folder := params.Get("host"); folder != "" {
		p.network, p.server = "unix", fmt.Sprintf("%s/.s.PGSQL.%s", folder, params.Get("port"))
	}
	if p.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	params.Del("host")
	params.Del("port")
	params.Set("sslmode", "disable")
	at.Host, at.RawQuery = p.listener.Addr().String(), params.Encode()
	d.URL = at.String()
	go p.accept(ctx)
	return p, nil
}

// asked is how much was asked so far; nothing without a proxy.
func (p *askProxy) asked() int64 {
	if p == nil {
		return 0
	}
	return p.count.Load()
}

func (p *askProxy) close() error { return p.listener.Close() }

func (p *askProxy) accept(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			server, err := new(net.Dialer).DialContext(ctx, p.network, p.server)
			if err != nil {
				return
			}
			defer server.Close()
			go func() {
				_, _ = io.Copy(client, server) // it ends with either side
				_ = client.Close()
			}()
			_ = p.forward(server, bufio.NewReader(client)) // the client sees that its connection ended
		}()
	}
}

// forward sends on what a client says. Its first message has no type; each other one has a
// byte for it, and a length that counts itself.
func (p *askProxy) forward(server io.Writer, client *bufio.Reader) error {
	for first := true; ; first = false {
		var head []byte
		if !first {
			kind, err := client.ReadByte()
			if err != nil {
				return err
			}
			if kind == 'Q' || kind == 'E' {
				p.count.Add(1)
			}
			head = []byte{kind}
		}
		length := make([]byte, 4)
		if _, err := io.ReadFull(client, length); err != nil {
			return err
		}
		size := int64(binary.BigEndian.Uint32(length)) - int64(len(length))
		if size < 0 {
			return errors.New("a message without its length")
		}
		if _, err := server.Write(append(head, length...)); err != nil {
			return err
		}
		if _, err := io.CopyN(server, client, size); err != nil {
			return err
		}
	}
}
