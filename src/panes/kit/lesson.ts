import type { Lesson } from '../../core/model.ts';
import { blockRow, type Tensor } from '../../tensor/tensor.ts';

/** The lesson's result for a query, from the weights as it prints them: Σ printed weight · value.
 *  Only for the lesson's sentence, with computed weights that equal the printed ones: a mask or factor makes them differ.
 *  computed: the row of weights, v [head, key, d_v] -> the printed row and its output [d_v]; null in all other cases */
export function lessonContext(
  lesson: Lesson,
  words: readonly string[],
  query: number,
  v: Tensor,
  head: number,
  computed: ArrayLike<number>,
): { readonly weights: readonly number[]; readonly output: readonly number[] } | null {
  const weights = lesson.printedWeights[query];
  if (weights === undefined || words.join(' ') !== lesson.tokens.join(' ')) return null;
  // The last printed digit may be rounded up or down.
  if (weights.some((weight, key) => !(Math.abs(weight - (computed[key] ?? Number.NaN)) <= 0.001))) return null;
  const values = weights.map((_, key) => blockRow(v, head, key));
  const width = values[0]?.length ?? 0;
  const output = Array.from({ length: width }, (_, d) =>
    weights.reduce((sum, weight, key) => sum + weight * (values[key]?.[d] ?? 0), 0),
  );
  return { weights, output };
}
