/**
 * The `Link` header of RFC 8288.
 */

/**
 * One link of a header, with its relations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link {
  readonly href: string
  /** Its relations, in lower case; a link without any has none. */
  readonly rels: ReadonlyArray<string>
}

const [greater, semicolon, equals, quote] = [">", ";", "=", '"']

/** The parts of a parameter, which are read at one place of the header. A text in quotes is left to {@link endOfQuoted}. */
const space = /\s*/y
const name = /[\w!#$&+\-.^`|~*]*/y
const bare = /[^\s;,"]*/y

/** The text that a pattern matches at a place; it may be empty. */
const textAt = (pattern: RegExp, header: string, at: number): string => {
  pattern.lastIndex = at
  return pattern.exec(header)?.[0] ?? ""
}

const afterSpace = (header: string, at: number): number => at + textAt(space, header, at).length

/** The place of the quote that closes the one at `at`; -1 where there is none. */
const endOfQuoted = (header: string, at: number): number => {
  for (let place = at + 1; place < header.length; place++) {
    if (header[place] === "\\") place++
    else if (header[place] === quote) return place
  }
  return -1
}

/** The value of a link's first `rel`, and where its parameters end. */
interface Parameters {
  readonly rel: string
  readonly end: number
}

/** Reads the parameters that begin at a place. */
const parametersAt = (header: string, from: number): Parameters => {
  let rel: string | undefined
  let end = from
  for (;;) {
    const before = afterSpace(header, end)
    if (header[before] !== semicolon) return { rel: rel ?? "", end }
    const start = afterSpace(header, before + 1)
    const key = textAt(name, header, start)
    end = start + key.length
    const sign = afterSpace(header, end)
    if (header[sign] !== equals) continue
    const at = afterSpace(header, sign + 1)
    const close = header[at] === quote ? endOfQuoted(header, at) : -1
    const value = close < 0 ? textAt(bare, header, at) : header.slice(at + 1, close).replaceAll(/\\(.)/g, "$1")
    end = close < 0 ? at + value.length : close + 1
    // RFC 8288, section 3.3: a second `rel` of one link is ignored.
    if (key.toLowerCase() === "rel") rel ??= value
  }
}

/**
 * Reads all links of a header, in their order. Text that is no link is skipped.
 *
 * **Example** (GitHub's header)
 *
 * ```ts run
 * import { LinkHeader } from "@scanjobs/core"
 *
 * console.log(LinkHeader.parse('<https://api.example/runs?page=2>; rel="next", </runs?page=9>; rel=last'))
 * // [{ href: "https://api.example/runs?page=2", rels: ["next"] }, { href: "/runs?page=9", rels: ["last"] }]
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (header: string): ReadonlyArray<Link> => {
  const links: Array<Link> = []
  let at = 0
  for (;;) {
    const start = header.indexOf("<", at)
    const end = start < 0 ? -1 : header.indexOf(greater, start)
    if (end < 0) return links
    const parameters = parametersAt(header, end + 1)
    const rels = parameters.rel.toLowerCase().split(/\s+/)
    links.push({ href: header.slice(start + 1, end), rels: rels.filter((one) => one !== "") })
    at = parameters.end
  }
}

/**
 * The target of the first link with the relation, or `undefined`. Write `rel` in lower case.
 *
 * **Example** (the next page)
 *
 * ```ts run
 * import { LinkHeader } from "@scanjobs/core"
 *
 * console.log(LinkHeader.find('</runs?page=2>; rel="next"', "next")) // "/runs?page=2"
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const find = (header: string | undefined, rel: string): string | undefined =>
  header === undefined ? undefined : parse(header).find(({ rels }) => rels.includes(rel))?.href
