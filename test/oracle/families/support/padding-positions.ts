/** Positions count from paddingId + 1; a padding token has position paddingId and does not count.
 *  @see transformers/models/roberta/modeling_roberta.py, create_position_ids_from_input_ids */
export function positionsFromPadding(ids: readonly number[], paddingId: number): number[] {
  let count = 0;
  return ids.map((id) => (id === paddingId ? paddingId : paddingId + ++count));
}
