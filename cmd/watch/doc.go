// Package watch shows a server to whoever runs it.
package watch
