/**
 * The listings of a provider with everything that is made of their declarations alone, once for all runs.
 */
import * as Lane from "../reading/OpenLane.ts"
import type { ListingVerbs } from "../contract/ListingVerbs.ts"
import type * as Listing from "../contract/Listing.ts"
import * as Parents from "../reading/ParentScopes.ts"

/** A listing with its parents. */
export interface Prepared {
  readonly listing: Lane.Prepared
  readonly parents: Parents.Prepared | undefined
}

/** Prepares all listings, whose verbs have their names. */
export const all = (listings: { readonly [name: string]: Listing.Any }, verbs: object): ReadonlyArray<Prepared> => {
  const written = new Map(Object.entries(untyped(verbs)))
  return Object.entries(listings).flatMap(([name, listing]) => {
    const of = written.get(name)
    if (of === undefined) return []
    const { parents, ...own } = of
    return [
      {
        listing: Lane.prepare(name, listing, strategic(own)),
        parents: Parents.prepare(name, listing, parents === undefined ? undefined : strategic(parents))
      }
    ]
  })
}

/** Verbs were checked against the nouns where they were written; the library calls them with what those nouns decoded. */
const untyped = (verbs: object) =>
  verbs as { readonly [name: string]: Written<ListingVerbs> & { readonly parents?: Written<Parents.Verbs> } }

/** Verbs as they may be written: the strategy by name, or its parts. */
type Written<V> = V & { readonly paging?: Pick<ListingVerbs, "first" | "next" | "ahead"> }

const strategic = <V>(verbs: Written<V>): V => ({ ...verbs, ...verbs.paging })
