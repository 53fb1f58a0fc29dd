/**
 * Reads pages speculatively, behind a loop that asks for one page after the other.
 *
 * The loop sees no difference except shorter waits, so all of its guards hold. A page that was read ahead is used only when the
 * loop asks for exactly that request, and its failure is raised only then.
 *
 * **Details**
 *
 * - Reading ahead starts with the second request, so a listing of one page costs one request.
 * - When the loop asks for a request that was not guessed, every page in flight is discarded and guessing starts again from
 *   there. Each wrong guess halves how many pages are read ahead, down to none, until a guess would have been right.
 * - Where new rows may come before the ones already read, a page must not be older than the page in front of it. It is read
 *   again if that page was retried meanwhile, or if the two state different totals.
 */
import { Cause, Context, Effect, Exit, Fiber, Result, type Scope } from "effect"
import * as Demand from "../policies/Demand.ts"

/** How pages are read ahead. */
export interface Options<Request extends object, A, E, R> {
  /** The most pages in flight at once. */
  readonly concurrency: number
  /** The request after `next`, if paging goes on as it went from `request` to `next`. */
  readonly guessNext: (request: Request, next: Request) => Request | undefined
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  /** Reads a page. `index` is the page's number in the listing, from 0. */
  readonly read: (request: Request, index: number) => Effect.Effect<A, E, R>
  /** Whether new rows may come before the ones already read. */
  readonly shifts: boolean
  /** Whether two consecutive pages show that the listing changed between them. */
  readonly differ: (before: A, after: A) => boolean
}

/** A page that the loop asks for. */
export interface Wanted<Request> {
  readonly request: Request
  readonly index: number
  /** How many pages from this one on, itself included, are certain to be wanted. */
  readonly certain: number
}

/** Reads the pages of one listing. */
export interface Reader<Request extends object, A, E> {
  readonly read: (wanted: Wanted<Request>) => Effect.Effect<A, E>
  /** Discards all pages in flight, and releases their connections. */
  readonly stop: Effect.Effect<void>
}

/** A page in flight. */
interface Flight<Request, A, E> {
  readonly request: Request
  readonly key: string
  readonly index: number
  readonly readAhead: Demand.ReadAhead
  readonly fiber: Fiber.Fiber<A, E>
}

/** Starts a reader, which reads ahead until the scope closes. */
export const make = Effect.fnUntraced(function* <Request extends object, A, E, R>(
  options: Options<Request, A, E, R>
): Effect.fn.Return<Reader<Request, A, E>, never, R | Scope.Scope> {
  let isClosing = false
  yield* Effect.addFinalizer(() => {
    isClosing = true
    return stop
  })
  const context = yield* Effect.context<R>()
  const readAheads = Demand.readAheads()
  const most = options.concurrency - 1
  let flights: ReadonlyArray<Flight<Request, A, E>> = []
  let landing: Flight<Request, A, E> | undefined
  let began = 0
  let last: { readonly request: Request; readonly page: A } | undefined
  let trust = most
  let expected: string | undefined

  const launch = (
    request: Request,
    key: string,
    index: number,
    readAhead = readAheads.make()
  ): Flight<Request, A, E> => ({
    request,
    key,
    index,
    readAhead,
    // Not forked in the scope: its list of fibers would keep pages alive. `stop` interrupts what is in flight.
    fiber: Effect.runForkWith(Context.add(context, Demand.Demand, readAhead.demand))(options.read(request, index))
  })
  /** A page that was not read ahead is demanded from the start. */
  const launchDue = (request: Request, key: string, index: number) => {
    const readAhead = readAheads.make()
    readAhead.claim()
    return launch(request, key, index, readAhead)
  }
  const stop = Effect.suspend(() => {
    const ended = landing === undefined ? flights : [landing, ...flights]
    flights = []
    landing = undefined
    return ended.length === 0 ? Effect.void : Fiber.interruptAll(ended.map(({ fiber }) => fiber))
  })

  /** Waits for a page in flight. */
  const land = (flight: Flight<Request, A, E>) => {
    landing = flight
    return Effect.flatMap(Fiber.await(flight.fiber), (exit) => {
      landing = undefined
      began = flight.readAhead.began()
      // When the reader closes, it interrupts its own flights. Nobody observes that, so it is no failure.
      return isClosing && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.never : exit
    })
  }

  const guessNext = (request: Request, next: Request) => {
    const guess = options.guessNext(request, next)
    if (guess === undefined) return undefined
    // A guess need not be a valid request: its offset may be beyond the safe integers, for example.
    const key = Result.try(() => options.fingerprint(guess))
    return Result.isSuccess(key) ? { request: guess, key: key.success } : undefined
  }

  const learn = (key: string) => {
    if (expected !== undefined) trust = expected === key ? Math.min(most, Math.max(1, trust * 2)) : trust >> 1
  }

  /** Launches pages behind `own` until as many are in flight as are wanted. */
  const topUp = (from: Request, own: Flight<Request, A, E>, certain: number) => {
    let [before, after]: readonly [Request, Request] = [from, own.request]
    for (const { request } of flights) [before, after] = [after, request]
    let guess = guessNext(before, after)
    expected = flights[0]?.key ?? guess?.key
    while (guess !== undefined && flights.length < Math.min(trust, certain - 1)) {
      const { key, request } = guess
      if (key === own.key || flights.some((flight) => flight.key === key)) return
      flights = [...flights, launch(request, key, own.index + flights.length + 1)]
      ;[before, after] = [after, request]
      guess = guessNext(before, after)
    }
  }

  const isOld = ({ readAhead }: Flight<Request, A, E>) => readAhead.began() < began

  /** Reads the pages again that began before the page in front of them was retried. */
  const refresh = Effect.suspend(() =>
    Effect.map(Fiber.interruptAll(flights.filter(isOld).map(({ fiber }) => fiber)), () => {
      flights = flights.map((flight) => (isOld(flight) ? launch(flight.request, flight.key, flight.index) : flight))
    })
  )

  /** Takes the page's flight, or launches it where the page was not read ahead, and launches pages behind it. */
  const depart = ({ certain, index, request }: Wanted<Request>, key: string) => {
    const [ahead, ...others] = flights
    flights = others
    ahead?.readAhead.claim()
    const flight = ahead ?? launchDue(request, key, index)
    if (last !== undefined && most > 0) topUp(last.request, flight, certain)
    return flight
  }

  const readAs = (wanted: Wanted<Request>, key: string) => {
    const before = last
    const isAhead = flights.length > 0
    const landed = Effect.flatMap(land(depart(wanted, key)), (page) => {
      if (!options.shifts) return Effect.succeed(page)
      if (isAhead && before !== undefined && options.differ(before.page, page)) {
        const { index, request } = wanted
        return Effect.flatMap(stop, () => land(launchDue(request, key, index)))
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
