package main

// watchSettings say how the server is watched. What it shows then, and what to make of it,
// is described in package lightson/cmd/watch.
type watchSettings struct {
	AccessLog string `env:"LIGHTSON_ACCESS_LOG" enum:"off,failed,all" default:"off" help:"Log a line for each request, at the level info: off, failed (a status of 400 or more) or all (default: ${default})."`
}
