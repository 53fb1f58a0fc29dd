/**
 * The lanes of a connection, listing by listing: those that are known before anything is read, and those that are found by reading.
 */
import { Stream } from "effect"
import type * as Lane from "./OpenLane.ts"

/** The lanes of one listing. */
export interface Lanes<Job, E> {
  /** One for each scope that the connection names. */
  readonly named: ReadonlyArray<Lane.Lane<Job, E>>
  /** One for each scope that a parent item gives, where the listing has parents. */
  readonly found: Stream.Stream<Lane.Lane<Job, E>> | undefined
}

/** All lanes, in the order in which they are known. */
export const all = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>): Stream.Stream<Lane.Lane<Job, E>> =>
  Stream.flatMap(Stream.fromIterable(listings), ofOne)

/** The lanes of one listing. */
export const ofOne = <Job, E>({ found, named }: Lanes<Job, E>): Stream.Stream<Lane.Lane<Job, E>> => {
  const known = Stream.fromIterable(named)
  return found === undefined ? known : Stream.concat(known, found)
}

/** The pages of all lanes, of which so many are read at once; of each, the next page is read while one is looked at. */
export const pages = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>, concurrency: number) => {
  const [first, ...others] = listings.flatMap(({ named }) => named)
  return first === undefined || others.length > 0 || listings.some(({ found }) => found !== undefined)
    ? Stream.flatMap(all(listings), (lane) => lane.pages, { concurrency, bufferSize: 1 })
    : Stream.bufferArray(first.pages, { capacity: 1 })
}
