/**
 * How a listing goes from one page to the next: the common strategies as values.
 *
 * A strategy is the `paging` of a listing's verbs, and all its types are inferred from the listing's nouns. Its `request`
 * builds the request of a page, with parameters in the query, the body, the path or a header, as the endpoint declares them;
 * vendors differ in nothing else. Apart from `End` `"total"`, no strategy relies on a total that the vendor states.
 */
export type { Link } from "../contract/PageStrategy.ts"
export { type End, type LastPage, offset, type Page, pageNumber, type Rows, type Size } from "./Counted.ts"
export type { Deepest } from "./Deepest.ts"
export { cursor, keyset } from "./Keyed.ts"
export { link, linkHeader, nextLink } from "./Linked.ts"
export { single } from "./Single.ts"
export type { Step, Strategy } from "./Strategy.ts"
export { type Window, windows } from "./Windowed.ts"
