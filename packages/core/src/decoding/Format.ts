/**
 * The form in which a vendor writes its answers.
 *
 * Answers are JSON unless the noun `format` of a provider or a listing says otherwise. Whatever the format, an answer becomes plain
 * values as JSON has them, and everything after that is the same: schemas, rejected rows, drift, links, errors.
 *
 * **Example** (the body of an error in XML)
 *
 * ```ts run
 * import { Format } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * const xml = Format.xml()
 * const body = await Effect.runPromise(xml.parse("<ERROR><CODE>1965</CODE></ERROR>"))
 * console.log(JSON.stringify(body), xml.render(body))
 * // {"ERROR":{"CODE":"1965"}} <ERROR><CODE>1965</CODE></ERROR>
 * ```
 */
import { Effect } from "effect"
import * as XmlText from "./XmlText.ts"

/**
 * A format: how answers are asked for, read and written. Every part is a function over whole texts, so that a format of your own is
 * an object of this type.
 *
 * @since 0.3.0
 * @category models
 */
export interface Format {
  /** What errors call it: an answer that cannot be parsed is "not XML". */
  readonly name: string
  /** The header `Accept` of requests; `undefined` sends none. */
  readonly accept: string | undefined
  /** The content type that emulators send. Answers are parsed whatever type they declare. */
  readonly contentType: string
  /** The characters that begin an array or object. A body with very many of them is refused, because it would fill the memory. */
  readonly openers: string
  /** The plain values of a text. It fails with what is wrong with the text. */
  readonly parse: (text: string) => Effect.Effect<unknown, string>
  /** Writes plain values, for emulators and faults. */
  readonly render: (body: unknown) => string
  /** The charset that the beginning of a text declares, if it does. The header `Content-Type` counts before it. */
  readonly charset?: (beginning: string) => string | undefined
}

/**
 * JSON, the default. Name it where one listing of a provider answers in JSON and the others do not.
 *
 * **Example** (the same body in two formats)
 *
 * ```ts run
 * import { Format } from "@scanjobs/core"
 *
 * console.log([Format.json, Format.xml()].map(({ render }) => render({ SCAN: { ID: "7" } })).join(" "))
 * // {"SCAN":{"ID":"7"}} <SCAN><ID>7</ID></SCAN>
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const json: Format = {
  name: "JSON",
  accept: undefined,
  contentType: "application/json",
  openers: "[{",
  parse: (text) => Effect.try({ try: (): unknown => JSON.parse(text), catch: String }),
  render: (body) => JSON.stringify(body)
}

/**
 * What XML needs to be told.
 *
 * @since 0.3.0
 * @category models
 */
export interface XmlOptions {
  /**
   * The elements that are lists, by the name of the element around them: `{ SCAN_LIST: ["SCAN"] }`. XML does not tell one item
   * from a list of one, nor an empty list from an empty text.
   */
  readonly lists?: { readonly [parent: string]: ReadonlyArray<string> }
}

/**
 * XML. An element with text alone is that text, without the white space around it. Any other element is an object: of its child
 * elements by name, of its attributes by name with `@` in front, and of its own text as `#text`. Elements that are declared as lists
 * are arrays, also if there is one or none; others are arrays only where there are several.
 *
 * Numbers and truth values are texts, as XML has them: give the row's schema fields such as `Schema.String`.
 *
 * Nothing outside of the answer is read, and no entity that it declares is expanded: such an answer cannot be parsed. An HTML page is not
 * taken for an answer.
 *
 * **Example** (one element that is a list, and one that is not)
 *
 * ```ts run
 * import { Format } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * const xml = Format.xml({ lists: { SCAN_LIST: ["SCAN"] } })
 * const text = "<SCAN_LIST><SCAN id='7'><TITLE><![CDATA[A & B]]></TITLE></SCAN></SCAN_LIST>"
 * console.log(JSON.stringify(await Effect.runPromise(xml.parse(text))))
 * // {"SCAN_LIST":{"SCAN":[{"@id":"7","TITLE":"A & B"}]}}
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const xml = ({ lists = {} }: XmlOptions = {}): Format => ({
  name: "XML",
  accept: "application/xml, text/xml;q=0.9",
  contentType: "text/xml; charset=utf-8",
  openers: "<",
  // Loaded with the first answer, because most programs never read XML.
  parse: (text) => Effect.flatMap(loaded, ({ parse }) => parse(text, lists)),
  render: XmlText.render,
  charset: (beginning) => /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(beginning)?.[1]?.toLowerCase()
})

const loaded = Effect.promise(() => import("./XmlTree.ts"))
