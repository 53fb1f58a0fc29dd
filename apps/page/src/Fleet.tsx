/**
 * How the fleet that keeps this history is doing; nothing where there is none.
 */
import { useEffect, useState } from "preact/hooks"
import * as Model from "./model.ts"
import { read } from "./read.ts"

/** What `/api/v1/fleet` says. Lengths of time are milliseconds. */
interface Fleet {
  readonly runners: ReadonlyArray<{
    readonly name: string
    readonly version: string
    readonly slots: number
    readonly running: number
    readonly seen: number
    readonly isAlive: boolean
  }>
  readonly connections: number
  readonly paused: number
  readonly waiting: number
  readonly lag: { readonly now: number; readonly p99: number }
  readonly failing: ReadonlyArray<{ readonly reason: string; readonly connections: number }>
}

const every = 15_000

/** Waits of some seconds matter here, and nowhere else on the page. */
const shown = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  return seconds < 120 ? `${seconds} s` : Model.length(millis)
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** In one line; opened, each runner. It is asked for again four times a minute. */
export const FleetView = ({ isLocked }: { readonly isLocked: boolean }) => {
  const [fleet, setFleet] = useState<Fleet | null>(null)
  useEffect(() => {
    if (isLocked) return
    const abort = new AbortController()
    const load = async () => {
      // That the server does not answer is said by the time line.
      const found = await read<Fleet | null>("api/v1/fleet", abort.signal).catch(() => undefined)
      if (found !== undefined) setFleet(found)
    }
    void load()
    const timer = setInterval(() => void load(), every)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [isLocked])
  if (fleet === null) return null
  const { connections, failing, lag, paused, runners, waiting } = fleet
  const alive = runners.filter(({ isAlive }) => isAlive).length
  return (
    <details class="fleet">
      <summary>
        {count(alive, "runner")} {alive === 1 ? "syncs" : "sync"} {count(connections, "connection")}
        {waiting === 0 ? "; none is overdue" : `; ${waiting} wait, the longest for ${shown(lag.now)}`}
        {paused === 0 ? "" : `; ${paused} are paused`}
        {failing.map(({ connections: failed, reason }) => `; ${count(failed, "connection")}: ${reason}`)}
      </summary>
      <ul>
        {runners.map(({ isAlive, name, running, seen, slots, version }) => (
          <li key={name}>
            {name} ({version}): {isAlive ? `${running} of ${slots} slots` : `gone, last seen ${shown(seen)} ago`}
          </li>
        ))}
      </ul>
    </details>
  )
}
