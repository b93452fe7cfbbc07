// Package names knows how people read, search and sort the names of stores, groups
// and cities. Ids are not names: they are kept and compared byte by byte.
//
// It must not know where names come from or where they are shown.
package names
