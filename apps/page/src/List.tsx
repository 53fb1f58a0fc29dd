/**
 * What needs attention as a table, for who listens and for printing.
 */
import { useState } from "preact/hooks"
import { useAsked } from "./asked.ts"
import * as Model from "./model.ts"
import { Pill } from "./Pill.tsx"
import { read } from "./read.ts"
import * as Zone from "./zone.ts"

export interface ListProps {
  readonly query: string
  readonly turn: number
  readonly now: number
  readonly span: { readonly from: number; readonly until: number }
  readonly zone: Zone.Zone
  readonly onOpen: (id: string) => void
}

interface Answer {
  readonly total: number
  readonly items: ReadonlyArray<Model.Item>
}

/** How many rows come at once. */
const pageSize = 300

const useItems = (query: string, turn: number, most: number): Answer | undefined =>
  useAsked(`${query} ${most}`, turn, async (signal): Promise<Answer> => {
    const items: Array<Model.Item> = []
    let total = 0
    do {
      // That the server does not answer is said by the page, which asks again.
      // oxlint-disable-next-line no-await-in-loop
      const answer = await read<Answer>(`api/v1/attention?${query}&offset=${items.length}&limit=${pageSize}`, signal)
      total = answer.total
      if (answer.items.length === 0) break
      items.push(...answer.items)
    } while (items.length < Math.min(most, total))
    return { total, items }
  })?.value

export const ListView = ({ now, onOpen, query, span, turn, zone }: ListProps) => {
  const [most, setMost] = useState(pageSize)
  const found = useItems(query, turn, most)
  if (found === undefined) return <p class="muted">Reading the history…</p>
  const { items, total } = found
  return (
    <div class="list">
      <table aria-rowcount={total + 1}>
        <caption>
          {total} that {total === 1 ? "needs" : "need"} attention, {Zone.moment(span.from, zone)} to{" "}
          {Zone.moment(span.until, zone)}
        </caption>
        <thead>
          <tr aria-rowindex={1}>
            {["What", "Scan", "Connection", "When", "In words"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(({ definition, mark, needs }, index) => (
            <tr key={mark?.id ?? Model.keyOf(definition)} aria-rowindex={index + 2}>
              <td>
                {mark === null ? <span class={`pill ${needs}`}>{Model.labels[needs]}</span> : <Pill mark={mark} />}
              </td>
              <th scope="row">
                {mark === null ? (
                  Model.nameOf(definition)
                ) : (
                  <button type="button" class="link" onClick={() => onOpen(mark.id)}>
                    {Model.nameOf(definition)}
                  </button>
                )}
              </th>
              <td class="of" title={definition.connection}>
                {definition.connection}
              </td>
              <td class="when">{mark === null ? "" : Zone.moment(mark.start, zone)}</td>
              <td>{mark === null ? silence(definition, zone) : Model.sentence(mark, definition.longest, now, zone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > items.length ? (
        <>
          <button type="button" class="more" onClick={() => setMost(most + pageSize)}>
            Show more
          </button>
          <p class="leftout">
            The first {items.length} of {total} are printed. Choose “Show more”, or filter by a name or a counter, to
            print others.
          </p>
        </>
      ) : null}
    </div>
  )
}

const silence = ({ expectedBy, lastStart }: Model.Definition, zone: Zone.Zone) => {
  const time = (t: number | null) => (t === null ? "never" : Zone.moment(t, zone))
  return `Ran last ${time(lastStart)}, and by its own rhythm should have by ${time(expectedBy)}`
}
