/**
 * What became of a run, in a word.
 */
import * as Model from "./model.ts"

/** A mark's word, in the colour of its shape. */
export const Pill = ({ mark }: { readonly mark: Model.Mark }) => (
  <span class={`pill ${mark.needs ?? mark.verdict ?? mark.state}`}>{Model.wordOf(mark)}</span>
)
