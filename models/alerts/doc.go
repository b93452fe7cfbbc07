// Package alerts finds what people asked to be told of, and says it in words.
//
// It knows neither people nor channels: who is told, and where, its callers say. Sending is
// the business of jobs.
package alerts
