// Package unpack opens the ZIP and gzip archives in which feeds are sent, and
// gives the files in them one after another.
//
// It must not know databases, imports or where archives come from. It knows
// package feed only, whose words it uses to refuse a file.
//
// # Bounds
//
// Nothing is written to disk, and no file is held in memory: each is read from its
// archive while the caller reads it. The names of files in an archive are shown to
// people and never used as paths.
//
// What an archive says about its own size is not trusted. An [Unpacker] counts
// what comes out of all archives of one import:
//
//   - at most the limit in bytes that its caller gives, all together;
//   - at most 1,000 times the size of an archive, once 10 MB came out of it;
//   - at most 1,000 files;
//   - at most 4 MB of a ZIP archive's list of files, which is held in memory.
//
// # What is refused
//
// What exceeds a bound is refused, and so are archives that are damaged or cut off,
// encrypted files, compression other than deflate, archives within archives,
// archives without a file, and documents of office programs, which are ZIP archives
// too. Reading ends there with a [RefusedError] that says what was found and
// expected; the caller drops what came before it. Folders and the files that operating systems add, such as
// .DS_Store, are skipped. An error of the disk is returned as it is.
package unpack
