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
import { Cause, Context, Effect, Exit, Fiber, Result, type Scope } from "effect"
import type { TimedOut } from "../model/Reason.ts"
import * as Turn from "../policies/Demand.ts"
import * as Watch from "../policies/Watchdog.ts"

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

/** What is asked for. */
export interface Wanted<Request> {
  readonly request: Request
  readonly index: number
  /** How many pages are certain to be wanted from this one on, this one counted. */
  readonly certain: number
  /** How long it may be waited for. */
  readonly left: Watch.Left
}

/** Reads the pages of one listing. */
export interface Reader<Request extends object, A, E> {
  readonly read: (wanted: Wanted<Request>) => Effect.Effect<A, E | TimedOut>
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
): Effect.fn.Return<Reader<Request, A, E>, never, R | Scope.Scope> {
  let isClosing = false
  yield* Effect.addFinalizer(() => {
    isClosing = true
    return stop
  })
  const watch = yield* Watch.make
  const context = Context.add(yield* Effect.context<R>(), Watch.Watch, watch)
  const line = Turn.line()
  const most = options.concurrency - 1
  let flights: ReadonlyArray<Flight<Request, A, E>> = []
  let landing: Flight<Request, A, E> | undefined
  let began = 0
  let last: { readonly request: Request; readonly page: A } | undefined
  let trust = most
  let expected: string | undefined

  const launch = (request: Request, key: string, index: number, place = line.make()): Flight<Request, A, E> => ({
    request,
    key,
    index,
    place,
    // Not in a scope, whose list of fibers would keep pages in old memory; `stop` ends whatever is in flight.
    fiber: Effect.runForkWith(Context.add(context, Turn.Turn, place.turn))(options.read(request, index))
  })
  /** What is not read ahead, somebody waits for already. */
  const launchDue = (request: Request, key: string, index: number) => {
    const place = line.make()
    place.call()
    return launch(request, key, index, place)
  }
  const stop = Effect.suspend(() => {
    const ended = landing === undefined ? flights : [landing, ...flights]
    flights = []
    landing = undefined
    return ended.length === 0 ? Effect.void : Fiber.interruptAll(ended.map(({ fiber }) => fiber))
  })

  /** The page, or its failure. Where flights are cut short because nobody reads any more, that is nobody's failure. */
  const land = (flight: Flight<Request, A, E>, left: Watch.Left) => {
    landing = flight
    return Effect.flatMap(watch.await(flight.fiber, left), (exit) => {
      landing = undefined
      began = flight.place.began()
      return isClosing && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.never : exit
    })
  }

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

  const topUp = (from: Request, own: Flight<Request, A, E>, certain: number) => {
    let [before, after]: readonly [Request, Request] = [from, own.request]
    for (const { request } of flights) [before, after] = [after, request]
    let guess = follow(before, after)
    expected = flights[0]?.key ?? guess?.key
    while (guess !== undefined && flights.length < Math.min(trust, certain - 1)) {
      const { key, request } = guess
      if (key === own.key || flights.some((flight) => flight.key === key)) return
      flights = [...flights, launch(request, key, own.index + flights.length + 1)]
      ;[before, after] = [after, request]
      guess = follow(before, after)
    }
  }

  const isOld = ({ place }: Flight<Request, A, E>) => place.began() < began

  /** What began before the page in front of it was tried again is read again. */
  const refresh = Effect.suspend(() =>
    Effect.map(Fiber.interruptAll(flights.filter(isOld).map(({ fiber }) => fiber)), () => {
      flights = flights.map((flight) => (isOld(flight) ? launch(flight.request, flight.key, flight.index) : flight))
    })
  )

  /** Takes the page's flight, which begins now where nothing was read ahead, and sees to those after it. */
  const depart = ({ certain, index, request }: Wanted<Request>, key: string) => {
    const [ahead, ...others] = flights
    flights = others
    ahead?.place.call()
    const flight = ahead ?? launchDue(request, key, index)
    if (last !== undefined && most > 0) topUp(last.request, flight, certain)
    return flight
  }

  const readAs = (wanted: Wanted<Request>, key: string) => {
    const before = last
    const isAhead = flights.length > 0
    const landed = Effect.flatMap(land(depart(wanted, key), wanted.left), (page) => {
      if (!options.shifts) return Effect.succeed(page)
      if (isAhead && before !== undefined && options.differ(before.page, page)) {
        const { index, left, request } = wanted
        return Effect.flatMap(stop, () => land(launchDue(request, key, index), left))
      }
      return flights.some(isOld) ? Effect.as(Effect.uninterruptible(refresh), page) : Effect.succeed(page)
    })
    return Effect.map(landed, (page) => {
      last = { request: wanted.request, page }
      return page
    })
  }

  const read = (wanted: Wanted<Request>) =>
    Effect.suspend(() => {
      const key = options.fingerprint(wanted.request)
      learn(key)
      const [ahead] = flights
      return ahead === undefined || ahead.key === key
        ? readAs(wanted, key)
        : Effect.flatMap(stop, () => readAs(wanted, key))
    })

  return { read, stop }
})
