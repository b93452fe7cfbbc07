// Package fetch asks HTTP servers for files. It knows no database, no queue and
// no feed: a file may be anything.
//
// It protects the machine it runs on. A redirect leads to public addresses only,
// over https, unless it stays on the server that the operator named. An answer
// may be neither too long nor too slow, however it is packed.
//
// It protects the secrets of an address. Credentials go to the named server
// only, redirects carry no Referer, and neither an Error nor Source.String
// repeats what may be secret.
package fetch
