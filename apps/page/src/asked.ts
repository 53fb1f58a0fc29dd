/**
 * What is asked for again and again.
 */
import { useEffect, useRef, useState } from "preact/hooks"

/** An answer, and what it is the answer to. */
export interface Asked<A> {
  readonly key: string
  readonly turn: number
  readonly value: A
}

/**
 * What `load` gives for a key, asked for again with each turn. A turn that comes while an answer is awaited waits for it: where turns come
 * faster than answers, there would never be one otherwise. An answer to an earlier key stays until the next one has come; without a key there is none.
 * What `load` fails with is for `load` to tell.
 */
export const useAsked = <A>(
  key: string | undefined,
  turn: number,
  load: (signal: AbortSignal) => Promise<A>
): Asked<A> | undefined => {
  const [found, setFound] = useState<Asked<A>>()
  const latest = useRef({ turn, load })
  latest.current = { turn, load }
  const asking = useRef<{ readonly abort: AbortController; readonly key: string; readonly ask: () => void }>(undefined)
  useEffect(() => {
    if (asking.current?.key !== key) {
      asking.current?.abort.abort()
      asking.current = undefined
      if (key === undefined) return setFound(undefined)
      const abort = new AbortController()
      let isBusy = false
      let isMissed = false
      const ask = async () => {
        isMissed = isBusy
        if (isBusy) return
        isBusy = true
        const { load, turn } = latest.current
        try {
          const value = await load(abort.signal)
          if (!abort.signal.aborted) setFound({ key, turn, value })
        } catch {
          // It was told by `load`, as far as it is to be told.
        }
        isBusy = false
        if (isMissed && !abort.signal.aborted) void ask()
      }
      asking.current = { abort, key, ask: () => void ask() }
    }
    asking.current?.ask()
  }, [key, turn])
  useEffect(() => () => asking.current?.abort.abort(), [])
  return found
}
