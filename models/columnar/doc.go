// Package columnar writes polls, days and outages as Parquet files, which programs for data
// (DuckDB, pandas, Spark, Excel) read as tables. It alone knows the library.
//
// It must not know who asks or where the bytes go: it is given the stores.
//
// Instants are TIMESTAMP(MICROS) in UTC, dates are DATE and local to their store, lengths are
// whole microseconds (their columns end in _us), words are ENUM or STRING. Columns are
// compressed with zstd. A file is written in groups of so many rows, so that any number takes
// little memory. What each column means stands in the metadata of the file, under its name
// behind "column.".
package columnar
