/**
 * What matters first: what went wrong, what never happened, and what is due.
 */
import type { ComponentChildren } from "preact"
import { useAsked } from "./asked.ts"
import * as Model from "./model.ts"
import { read } from "./read.ts"
import * as Zone from "./zone.ts"

export interface OverviewProps {
  readonly span: { readonly from: number; readonly until: number }
  readonly text: string
  readonly turn: number
  readonly now: number
  readonly zone: Zone.Zone
  /** Connections that cannot be read. */
  readonly unread: ReadonlyArray<Model.Connection>
  readonly onOpen: (id: string) => void
  readonly onMore: (reasons: ReadonlyArray<Model.Problem>) => void
  readonly onUnread: () => void
}

/** As the server tells them apart. */
const wrong: ReadonlyArray<Model.Problem> = ["failed", "long", "partial", "late"]
const missing: ReadonlyArray<Model.Problem> = ["missed", "overdue", "silent", "unknown"]

/** Where the usual words are too long. */
const shortly: Partial<Record<Model.Problem, string>> = { long: "too long", silent: "silent" }

/** Which scans that need attention are told first; for a silent one, its row says all there is. */
export const OverviewView = ({
  now,
  onMore,
  onOpen,
  onUnread,
  span: { from, until },
  text,
  turn,
  unread,
  zone
}: OverviewProps) => {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), until: new Date(until).toISOString() })
  if (text !== "") query.set("text", text)
  const asked = useAsked(`api/v1/overview?${query}`, turn, async (signal) =>
    // That the server does not answer is said by the page, which asks again.
    read<Model.Overview>(`api/v1/overview?${query}`, signal)
  )
  if (asked === undefined) return <div class="overview waiting" aria-hidden="true" />
  const { due, missing: never, wrong: bad } = asked.value
  const pressing = ({ count, definition, mark, needs }: Model.Pressing) => (
    <Item
      key={Model.keyOf(definition)}
      word={shortly[needs] ?? Model.labels[needs]}
      look={needs}
      definition={definition}
      count={count}
      said={mark === null ? undefined : Model.sentence(mark, definition.longest, now, zone)}
      when={Model.ago(mark?.start ?? definition.expectedBy ?? now, now)}
      onOpen={mark === null ? undefined : () => onOpen(mark.id)}
    />
  )
  return (
    <div class="overview" role="region" aria-label="At a glance">
      <Part
        name="Went wrong"
        total={bad.total}
        empty={unread.length > 0 ? undefined : "Nothing failed in this time."}
        onMore={() => onMore(wrong)}
      >
        {unread.slice(0, 1).map((connection) => (
          <li key={connection.name}>
            <button type="button" class="item" onClick={onUnread} title={Model.trouble(connection, now)}>
              <span class="pill failed">not read</span>
              <span class="what">
                <b>{unread.length === 1 ? connection.name : `${connection.name} and ${unread.length - 1} more`}</b>
                <span class="of"> {Model.trouble(connection, now)}</span>
              </span>
            </button>
          </li>
        ))}
        {bad.items.slice(0, unread.length > 0 ? 4 : 5).map(pressing)}
      </Part>
      <Part
        name="Never happened"
        total={never.total}
        more={never.unknown === 0 ? undefined : `${never.unknown} not known`}
        empty="Nothing that was planned is missing."
        onMore={() => onMore(missing)}
      >
        {never.items.slice(0, 5).map(pressing)}
      </Part>
      <Part name="Due in the next 24 hours" total={due.total} empty="No vendor has announced a run.">
        {due.items.slice(0, 5).map(({ definition, mark }) => (
          <Item
            key={Model.keyOf(definition)}
            word={mark.start <= now ? "due" : Zone.clock(mark.start, zone)}
            look={mark.start <= now ? "running" : "planned"}
            definition={definition}
            count={1}
            said={Model.sentence(mark, null, now, zone)}
            when={Model.ago(mark.start, now)}
            onOpen={() => onOpen(mark.id)}
          />
        ))}
      </Part>
    </div>
  )
}

interface PartProps {
  readonly name: string
  readonly total: number
  /** What else there is. */
  readonly more?: string | undefined
  /** What is said where there is nothing. */
  readonly empty: string | undefined
  readonly onMore?: () => void
  readonly children: ComponentChildren
}

const Part = ({ children, empty, more, name, onMore, total }: PartProps) => (
  <section>
    <header>
      <h2>
        {name} <b>{total}</b>
      </h2>
      {more === undefined ? null : <span class="muted">{more}</span>}
      {onMore === undefined || (total === 0 && more === undefined) ? null : (
        <button type="button" class="link" onClick={onMore} aria-label={`List all: ${name}`}>
          List all
        </button>
      )}
    </header>
    {total === 0 && more === undefined && empty !== undefined ? <p class="muted">{empty}</p> : <ul>{children}</ul>}
  </section>
)

interface ItemProps {
  readonly word: string
  readonly look: string
  readonly definition: Model.Definition
  readonly count: number
  readonly said: string | undefined
  readonly when: string
  readonly onOpen: (() => void) | undefined
}

const Item = ({ count, definition, look, onOpen, said, when, word }: ItemProps) => {
  const parts = (
    <>
      <span class={`pill ${look}`}>{word}</span>
      <span class="what">
        <b>{Model.nameOf(definition)}</b>
        <span class="of"> {definition.connection}</span>
      </span>
      <span class="when">
        {count > 1 ? <span class="times">{count} times, </span> : null}
        {when}
      </span>
    </>
  )
  const title = `${Model.nameOf(definition)}, ${definition.connection}${said === undefined ? "" : `. ${said}`}`
  return (
    <li>
      {onOpen === undefined ? (
        <span class="item" title={title}>
          {parts}
        </span>
      ) : (
        <button type="button" class="item" onClick={onOpen} title={title}>
          {parts}
        </button>
      )}
    </li>
  )
}
