/**
 * What the runs and the trigger of a scan are listed for: the names of a data source and of one of its scans.
 */
import { Schema, SchemaTransformation } from "effect"

/** The names. */
export const Names = Schema.Struct({ source: Schema.String, scan: Schema.String })

/** The same in one text, where `%` and `/` in names are escaped. */
export const textOf = ({ scan, source }: typeof Names.Type): string => `${escaped(source)}/${escaped(scan)}`

/** The same for people to read, who see no escapes. */
export const nameOf = ({ scan, source }: typeof Names.Type): string => `${source}/${scan}`

const escaped = (name: string): string => name.replaceAll("%", "%25").replaceAll("/", "%2F")
const read = (name: string): string => name.replaceAll("%2F", "/").replaceAll("%25", "%")

/** Names of a data source and a scan, which cursors and ids have as one text. */
export const ScanPath = Schema.String.pipe(
  Schema.decodeTo(
    Names,
    SchemaTransformation.transform({
      decode: (text) => {
        const [source = "", scan = ""] = text.split("/")
        return { source: read(source), scan: read(scan) }
      },
      encode: textOf
    })
  )
)
