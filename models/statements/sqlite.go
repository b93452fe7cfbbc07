package statements

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// Connector opens connections of a driver for SQLite, and has w told of their statements.
// w may be nil.
func Connector(d driver.Driver, dsn string, w Watch) driver.Connector { return connector{d, dsn, w} }

type connector struct {
	driver driver.Driver
	dsn    string
	watch  Watch
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.driver.Open(c.dsn)
	if err != nil || c.watch == nil {
		return opened, err
	}
	whole, is := opened.(wholeConn)
	if !is {
		return nil, fmt.Errorf("expected a connection that takes contexts, found %T", opened)
	}
	return conn{whole, c.watch}, nil
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// A wholeConn is what database/sql looks for in a connection.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type conn struct {
	wholeConn
	watch Watch
}

// ExecContext implements driver.ExecerContext.
func (c conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	ctx, end := c.watch.Begin(ctx, text)
	result, err := c.wholeConn.ExecContext(ctx, text, args)
	end(err)
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, end := c.watch.Begin(ctx, text)
	return watchRows(end)(c.wholeConn.QueryContext(ctx, text, args))
}

// PrepareContext implements driver.ConnPrepareContext.
func (c conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	prepared, err := c.wholeConn.PrepareContext(ctx, text)
	if whole, is := prepared.(wholeStmt); err == nil && is {
		return stmt{whole, text, c.watch}, nil
	}
	return prepared, err
}

type wholeStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type stmt struct {
	wholeStmt
	text  string
	watch Watch
}

// ExecContext implements driver.StmtExecContext.
func (s stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	ctx, end := s.watch.Begin(ctx, s.text)
	result, err := s.wholeStmt.ExecContext(ctx, args)
	end(err)
	return result, err
}

// QueryContext implements driver.StmtQueryContext.
func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	ctx, end := s.watch.Begin(ctx, s.text)
	return watchRows(end)(s.wholeStmt.QueryContext(ctx, args))
}

// wholeRows are rows that know the types of their columns, which GORM asks for.
type wholeRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// rows end their statement when they are closed: SQLite finds rows as they are read.
type rows struct {
	wholeRows
	end func(error)
}

func watchRows(end func(error)) func(driver.Rows, error) (driver.Rows, error) {
	return func(found driver.Rows, err error) (driver.Rows, error) {
		if whole, is := found.(wholeRows); err == nil && is {
			return &rows{whole, end}, nil
		}
		end(err)
		return found, err
	}
}

// Close implements driver.Rows.
func (r *rows) Close() error {
	err := r.wholeRows.Close()
	if end := r.end; end != nil {
		r.end = nil
		end(err)
	}
	return err
}
