/**
 * The lanes of a connection, listing by listing: those that its settings name, and those that are discovered by reading parents.
 */
import { Stream } from "effect"
import type { Lane } from "./Lane.ts"

/** The lanes of one listing. */
export interface Lanes<Job, E> {
  /** One for each scope that the connection names. */
  readonly declared: ReadonlyArray<Lane<Job, E>>
  /** One for each scope that a parent item gives; `undefined` for a listing without parents. */
  readonly discovered: Stream.Stream<Lane<Job, E>> | undefined
}

/** All lanes, in the order in which they become known. */
export const all = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>): Stream.Stream<Lane<Job, E>> =>
  Stream.flatMap(Stream.fromIterable(listings), ofOne)

/** The lanes of one listing. */
export const ofOne = <Job, E>({ declared, discovered }: Lanes<Job, E>): Stream.Stream<Lane<Job, E>> => {
  const known = Stream.fromIterable(declared)
  return discovered === undefined ? known : Stream.concat(known, discovered)
}

/** The pages of all lanes, `concurrency` lanes at a time, with one page of look-ahead each. */
export const pages = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>, concurrency: number) => {
  const [first, ...others] = listings.flatMap(({ declared }) => declared)
  return first === undefined || others.length > 0 || listings.some(({ discovered }) => discovered !== undefined)
    ? Stream.flatMap(all(listings), (lane) => lane.pages, { concurrency, bufferSize: 1 })
    : Stream.bufferArray(first.pages, { capacity: 1 })
}
