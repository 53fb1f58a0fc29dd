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

/** One link: its target in angle brackets, then its parameters, up to the next comma outside quotes. */
const linkValue = /<([^>]*)>((?:\s*;\s*[\w!#$&+\-.^`|~*]*(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g
const parameter = /;\s*([\w!#$&+\-.^`|~*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g

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
export const parse = (header: string): ReadonlyArray<Link> =>
  Array.from(header.matchAll(linkValue), ([, href = "", parameters = ""]) => {
    // RFC 8288, section 3.3: a second `rel` of one link is ignored.
    const rel = [...parameters.matchAll(parameter)].find(([, name]) => name?.toLowerCase() === "rel")
    const value = rel?.[2]?.replaceAll(/\\(.)/g, "$1") ?? rel?.[3] ?? ""
    return {
      href,
      rels: value
        .toLowerCase()
        .split(/\s+/)
        .filter((one) => one !== "")
    }
  })

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
 * @category getters
 */
export const find = (header: string | undefined, rel: string): string | undefined =>
  header === undefined ? undefined : parse(header).find(({ rels }) => rels.includes(rel))?.href
