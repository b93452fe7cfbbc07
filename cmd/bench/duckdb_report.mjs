// Runs a statement of DuckDB on a database in a file, with two threads, and prints how many
// milliseconds it took, without the start of Node.js and of DuckDB.
import { DuckDBInstance } from '@duckdb/node-api'

const [statement, database] = process.argv.slice(-2)
const instance = await DuckDBInstance.create(database, { threads: '2' })
const connection = await instance.connect()
const start = performance.now()
await connection.run(statement)
console.log(performance.now() - start)
connection.closeSync()
instance.closeSync()
