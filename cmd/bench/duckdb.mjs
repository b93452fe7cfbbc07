// Reads a CSV file of polls into a table of DuckDB, on as many threads as there are processors.
import { DuckDBInstance } from '@duckdb/node-api'

const [csv, database] = process.argv.slice(-2)
const instance = await DuckDBInstance.create(database)
const connection = await instance.connect()
await connection.run(`CREATE TABLE polls AS SELECT * FROM read_csv('${csv.replaceAll("'", "''")}')`)
const read = await connection.runAndReadAll('SELECT count(*) FROM polls')
console.log(String(read.getRows()[0][0]))
connection.closeSync()
instance.closeSync() // writes what is in the log of a file to the table
