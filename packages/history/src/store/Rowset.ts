/**
 * Many rows as one parameter, so that a page of any size is one prepared statement with the same text in both dialects.
 */
import { Effect } from "effect"
import type { SqlClient, SqlError, Statement } from "effect/sql"

/** What a column holds: text, a number of any size, or a whole number of at most 31 bits. */
export type Type = "text" | "number" | "integer"

type Columns = Readonly<Record<string, Type>>

/** A row of these columns. */
export type Row<C extends Columns> = { readonly [K in keyof C]: (C[K] extends "text" ? string : number) | null }

/** Rows of certain columns, as parts of statements. */
export interface Rowset<C extends Columns> {
  /** The columns' names, in order. */
  readonly names: Statement.Fragment
  /** The rows as an item of `FROM`, named `given`. */
  readonly from: (rows: ReadonlyArray<Row<C>>) => Statement.Fragment
  /** Inserts rows into a table, with what is to be done `ON CONFLICT`; both must not come from outside. */
  readonly insert: (
    table: string,
    rows: ReadonlyArray<Row<C>>,
    onConflict: string
  ) => Effect.Effect<void, SqlError.SqlError>
  /** `a = excluded.a, …` of the columns except these, for an upsert. */
  readonly excludedBut: (...keys: ReadonlyArray<keyof C & string>) => string
}

/** How many rows one statement of SQLite inserts. It takes values twice as fast as JSON, and 32,766 of them. */
const insertedAtOnce = 50

const pgTypes: Readonly<Record<Type, string>> = { text: "text", number: "double precision", integer: "integer" }

/** Declares columns. Their names are part of the statements, so they must not come from outside. */
export const make = <const C extends Columns>(sql: SqlClient.SqlClient, columns: C): Rowset<C> => {
  const names = Object.keys(columns)
  const head = sql.onDialectOrElse({
    pg: () => "json_to_recordset(",
    orElse: () => `(SELECT ${names.map((name, index) => `value ->> ${index} AS ${name}`).join(", ")} FROM json_each(`
  })
  const tail = sql.onDialectOrElse({
    pg: () =>
      `::json) AS given(${Object.entries(columns)
        .map(([name, type]) => `${name} ${pgTypes[type]}`)
        .join(", ")})`,
    orElse: () => ")) AS given"
  })
  const encode = sql.onDialectOrElse({
    pg: () => (rows: ReadonlyArray<Row<C>>) => JSON.stringify(rows),
    // Values by their place are shorter than values by name, and SQLite finds them faster.
    orElse: () => (rows: ReadonlyArray<Row<C>>) => JSON.stringify(rows.map((row) => names.map((name) => row[name])))
  })
  const list = sql.literal(names.join(", "))
  const place = `(${names.map(() => "?").join(", ")})`
  const from = (rows: ReadonlyArray<Row<C>>) => sql`${sql.literal(head)}${encode(rows)}${sql.literal(tail)}`
  return {
    names: list,
    from,
    insert: sql.onDialectOrElse({
      pg: () => (table, rows, onConflict) =>
        Effect.asVoid(
          sql`INSERT INTO ${sql.literal(table)} (${list}) SELECT ${list} FROM ${from(rows)} WHERE true ${sql.literal(onConflict)}`
        ),
      orElse: () => (table, rows, onConflict) =>
        Effect.forEach(
          chunksOf(rows),
          (chunk) =>
            sql.unsafe(
              `INSERT INTO ${table} (${names.join(", ")}) VALUES ${chunk.map(() => place).join(", ")} ${onConflict}`,
              chunk.flatMap((row) => names.map((name) => row[name]))
            ),
          { discard: true }
        )
    }),
    excludedBut: (...keys) =>
      names
        .filter((name) => !keys.includes(name))
        .map((name) => `${name} = excluded.${name}`)
        .join(", ")
  }
}

const chunksOf = <A>(rows: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(rows.length / insertedAtOnce) }, (_, index) =>
    rows.slice(index * insertedAtOnce, (index + 1) * insertedAtOnce)
  )

/**
 * A list of texts in parentheses, for `IN`. In SQLite a list must stay behind `IN`: without statistics, a join makes its planner
 * search the whole table for each text.
 */
export const texts = (sql: SqlClient.SqlClient, values: ReadonlyArray<string>): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`(SELECT json_array_elements_text(${JSON.stringify(values)}::json))`,
    orElse: () => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`
  })

/** A list of whole numbers in parentheses, for `IN`. */
export const integers = (sql: SqlClient.SqlClient, values: ReadonlyArray<number>): Statement.Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`(SELECT json_array_elements_text(${JSON.stringify(values)}::json)::integer)`,
    orElse: () => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`
  })
