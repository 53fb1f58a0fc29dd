/**
 * Reads the output of a run that was continued, as the guide says: the later of two rows with the same id, and no row that was cut off.
 */
import { ScanJob } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Row = Schema.fromJsonString(Schema.Struct({ id: Schema.String }))
const rowOf = Schema.decodeUnknownOption(Row)

/** The rows of ndjson by their ids, each as its line. */
export const ofNdjson = (text: string): ReadonlyMap<string, string> => {
  const rows = new Map<string, string>()
  for (const line of text.split("\n")) {
    const row = rowOf(line)
    if (Option.isSome(row)) rows.set(row.value.id, line)
  }
  return rows
}

const names: ReadonlyArray<string> = ScanJob.fieldNames.filter((name) => name !== "raw")
const idAt = names.indexOf("id")

/** The rows of CSV by their ids, each as JSON of its cells. */
export const ofCsv = (text: string): ReadonlyMap<string, string> => {
  const rows = new Map<string, string>()
  for (const record of records(text)) {
    const id = record[idAt]
    if (id === undefined || record.length !== names.length || record.join() === names.join()) continue
    rows.set(id, JSON.stringify(record))
  }
  return rows
}

/** The records of CSV, read as spreadsheets and Python's module `csv` read it: text after a closing quote belongs to the cell. */
export const records = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<Array<string>> = []
  let record: Array<string> = []
  let cell = ""
  let state: "start" | "plain" | "quoted" | "quote" = "start"
  const endCell = () => {
    record.push(cell)
    cell = ""
    state = "start"
  }
  for (const letter of text) {
    if (state === "quoted") {
      if (letter === '"') state = "quote"
      else cell += letter
    } else if (state === "quote" && letter === '"') {
      cell += letter
      state = "quoted"
    } else if (letter === ",") endCell()
    else if (letter === "\n") {
      endCell()
      found.push(record)
      record = []
    } else if (letter === '"' && state === "start") state = "quoted"
    else if (letter !== "\r") {
      cell += letter
      state = "plain"
    }
  }
  return found
}
