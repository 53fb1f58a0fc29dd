/**
 * The lanes of a connection, listing by listing: those that its settings name, and those that are discovered by reading parents.
 */
import { Stream } from "effect"
import type { Lane } from "./Lane.ts"

/** The lanes of one listing. */
export interface Lanes<Job, E> {
  readonly listing: string
  /** One for each scope that the connection names. */
  readonly declared: ReadonlyArray<Lane<Job, E>>
  /** For each scope of the parent listing, the lanes of the scopes that its items give; empty for a listing without parents. */
  readonly discovered: ReadonlyArray<Discovered<Job, E>>
}

/** The lanes that are discovered by reading the parents of one scope. */
export interface Discovered<Job, E> {
  /** The scope that the parents are read for, as text; `null` where the parent listing has none. */
  readonly scope: string | null
  readonly lanes: Stream.Stream<Lane<Job, E>>
}

/** All lanes, in the order in which they become known. */
export const all = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>): Stream.Stream<Lane<Job, E>> =>
  Stream.flatMap(Stream.fromIterable(listings), ofOne)

/** The lanes of one listing. */
export const ofOne = <Job, E>({ declared, discovered }: Lanes<Job, E>): Stream.Stream<Lane<Job, E>> => {
  const known = Stream.fromIterable(declared)
  return discovered.length === 0
    ? known
    : Stream.concat(
        known,
        Stream.flatMap(Stream.fromIterable(discovered), ({ lanes }) => lanes)
      )
}

/** The pages of all lanes, `concurrency` lanes at a time, with one page of look-ahead each. */
export const pages = <Job, E>(listings: ReadonlyArray<Lanes<Job, E>>, concurrency: number) => {
  const [first, ...others] = listings.flatMap(({ declared }) => declared)
  return first === undefined || others.length > 0 || listings.some(({ discovered }) => discovered.length > 0)
    ? Stream.flatMap(all(listings), (lane) => lane.pages, { concurrency, bufferSize: 1 })
    : Stream.bufferArray(first.pages, { capacity: 1 })
}
