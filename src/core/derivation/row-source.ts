import { isInner, type RowPlace, type TraceStage } from './derivation.ts';
import { innerRows } from './inner-rows.ts';
import { type DerivationSource, type RowSource, tensorAt } from './source.ts';

/** Adds the rows that the trace does not keep. */
export function rowSource(source: DerivationSource): RowSource {
  const known = new Map<string, unknown>();
  const once = <T>(key: string, compute: () => T): T => {
    const made = known.get(key);
    if (made !== undefined) return made as T;
    const value = compute();
    known.set(key, value);
    return value;
  };
  const { model, trace, interventions, tokens, targetTokens } = source;
  const own: RowSource = {
    ...{ model, trace, interventions, tokens, targetTokens, once },
    rowAt(at) {
      const { part, stage, layer, head, row } = at;
      if (!isInner(stage)) return traceRow(source, at, stage);
      return once(`${part} ${stage} ${layer} ${head} ${row}`, () => innerRows[stage](own, at));
    },
  };
  return own;
}

function traceRow(source: DerivationSource, at: RowPlace, stage: TraceStage): Float32Array {
  const values = tensorAt(source, { ...at, stage });
  const { head, row } = at;
  if (values === null)
    throw new RangeError(`the model has no stage ${stage} in layer ${at.layer} of the ${at.part} part`);
  const [rows = 0, width = 0] = values.shape.slice(-2);
  const isInside = (index: number, count: number) => Number.isInteger(index) && index >= 0 && index < count;
  const hasHead = head === null ? values.shape.length === 2 : isInside(head, values.shape.at(-3) ?? 0);
  if (!hasHead || !isInside(row, rows))
    throw new RangeError(`${stage} [${values.shape.join(', ')}] has no row ${head === null ? '' : `${head}, `}${row}`);
  const start = ((head ?? 0) * rows + row) * width;
  return values.data.subarray(start, start + width);
}
