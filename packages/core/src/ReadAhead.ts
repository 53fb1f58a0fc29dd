/**
 * Reads pages before they are asked for, behind a loop that goes on asking for one after the other.
 *
 * The loop keeps all of its guards, because nothing changes for it but how long it waits. A page that was read ahead counts only
 * where the loop asks for that very request; its failure, too, is raised only then.
 *
 * **Details**
 *
 * - Pages are read ahead from the second request on, so that a listing of one page costs one request.
 * - A request that was not foreseen ends all reading ahead, and the paging is foreseen anew from there. Whoever foresees
 *   wrongly again and again is trusted less each time, and in the end not at all until a guess would have been right.
 * - Where rows may come before those that are there, what was read ahead must not be older than the page in front of it: it is
 *   read again where that page was tried again meanwhile, or where the two state different totals.
 */
import { Cause, Effect, Exit, Fiber, Result, type Scope } from "effect"
import * as Turn from "./Turn.ts"

/** How pages are read ahead. */
export interface Options<Request extends object, A, E, R> {
  /** How many pages are in flight at once, at most. */
  readonly concurrency: number
  /** The request after `next`, if paging goes on as from `request` to `next`. */
  readonly follow: (request: Request, next: Request) => Request | undefined
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  /** Reads a page; `index` is counted as the loop counts. */
  readonly read: (request: Request, index: number) => Effect.Effect<A, E, R>
  /** Whether rows may come before those that are there. */
  readonly shifts: boolean
  /** Whether two pages in a row show that the listing changed between them. */
  readonly differ: (before: A, after: A) => boolean
}

/** Reads the pages of one listing. */
export interface Reader<Request extends object, A, E, R> {
  /** The page, of which at most `most` are certain to be wanted, this one counted. */
  readonly read: (request: Request, index: number, most: number) => Effect.Effect<A, E, R>
  /** Ends all reading ahead, with the connections released. */
  readonly stop: Effect.Effect<void>
}

interface Flight<Request, A, E> {
  readonly request: Request
  readonly key: string
  readonly index: number
  readonly place: Turn.Place
  readonly fiber: Fiber.Fiber<A, E>
}

/** Reads ahead for as long as the scope lives. */
export const make = Effect.fnUntraced(function* <Request extends object, A, E, R>(
  options: Options<Request, A, E, R>
): Effect.fn.Return<Reader<Request, A, E, R>, never, Scope.Scope> {
  let isClosing = false
  yield* Effect.addFinalizer(() => {
    isClosing = true
    return stop
  })
  const line = Turn.line()
  const most = options.concurrency - 1
  let flights: ReadonlyArray<Flight<Request, A, E>> = []
  let landing: Flight<Request, A, E> | undefined
  let began = 0
  let last: { readonly request: Request; readonly page: A } | undefined
  let trust = most
  let expected: string | undefined

  const launch = (request: Request, key: string, index: number) => {
    const place = line.make()
    return Effect.map(
      options
        .read(request, index)
        // Not in a scope, whose list of fibers would keep pages in old memory; `stop` ends whatever is in flight.
        .pipe(Effect.provideService(Turn.Turn, place.turn), Effect.forkDetach({ startImmediately: true })),
      (fiber): Flight<Request, A, E> => ({ request, key, index, place, fiber })
    )
  }
  const stop = Effect.suspend(() => {
    const ended = landing === undefined ? flights : [landing, ...flights]
    flights = []
    landing = undefined
    return Fiber.interruptAll(ended.map(({ fiber }) => fiber))
  })

  /** The page, or its failure. Where flights are cut short because nobody reads any more, that is nobody's failure. */
  const land = ({ fiber, place }: Flight<Request, A, E>) =>
    Effect.flatMap(Fiber.await(fiber), (exit) => {
      landing = undefined
      began = place.began()
      return isClosing && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.never : exit
    })

  const follow = (request: Request, next: Request) => {
    const guess = options.follow(request, next)
    if (guess === undefined) return undefined
    // What the vendor's numbers lead to may be no request, such as one beyond the safe integers.
    const key = Result.try(() => options.fingerprint(guess))
    return Result.isSuccess(key) ? { request: guess, key: key.success } : undefined
  }

  const learn = (key: string) => {
    if (expected !== undefined) trust = expected === key ? Math.min(most, Math.max(1, trust * 2)) : trust >> 1
  }

  const topUp = Effect.fnUntraced(function* (from: Request, own: Flight<Request, A, E>, certain: number) {
    let [before, after]: readonly [Request, Request] = [from, own.request]
    for (const { request } of flights) [before, after] = [after, request]
    let guess = follow(before, after)
    expected = flights[0]?.key ?? guess?.key
    while (guess !== undefined && flights.length < Math.min(trust, certain - 1)) {
      const { key, request } = guess
      if (key === own.key || flights.some((flight) => flight.key === key)) return
      flights = [...flights, yield* launch(request, key, own.index + flights.length + 1)]
      ;[before, after] = [after, request]
      guess = follow(before, after)
    }
  })

  /** What began before the page in front of it was tried again is read again. */
  const refresh = Effect.fnUntraced(function* (began: number) {
    const isOld = ({ place }: Flight<Request, A, E>) => place.began() < began
    yield* Fiber.interruptAll(flights.filter(isOld).map(({ fiber }) => fiber))
    const fresh: Array<Flight<Request, A, E>> = []
    for (const flight of flights) {
      fresh.push(isOld(flight) ? yield* launch(flight.request, flight.key, flight.index) : flight)
    }
    flights = fresh
  })

  /** Takes the page's flight, which begins now where nothing was read ahead, and sees to those after it. */
  const depart = Effect.fnUntraced(function* (
    before: Request,
    request: Request,
    key: string,
    index: number,
    certain: number
  ) {
    const flight = flights[0] ?? (yield* launch(request, key, index))
    flights = flights.slice(1)
    landing = flight
    flight.place.call()
    yield* topUp(before, flight, certain)
    return flight
  })

  const read = Effect.fnUntraced(function* (request: Request, index: number, certain: number) {
    const before = last
    if (before === undefined) {
      const page = yield* options.read(request, index)
      last = { request, page }
      return page
    }
    const key = options.fingerprint(request)
    learn(key)
    if (flights[0]?.key !== key) yield* stop
    const isAhead = flights[0] !== undefined
    let page = yield* land(yield* Effect.uninterruptible(depart(before.request, request, key, index, certain)))
    if (options.shifts) {
      if (isAhead && options.differ(before.page, page)) {
        yield* stop
        page = yield* options.read(request, index)
      } else yield* Effect.uninterruptible(refresh(began))
    }
    last = { request, page }
    return page
  })

  return { read, stop }
})
