// Package web answers HTTP: pages for people, JSON and CSV for scripts.
//
// It knows Echo and HTTP. It must not know SQL, the job queue or how uptime is
// computed: it asks models, and hands work to whoever cmd gives it.
package web
