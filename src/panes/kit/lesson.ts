import type { Lesson } from '../../core/model.ts';
import { blockRow, type Tensor } from '../../tensor/tensor.ts';

/** The lesson's own result for a query: Σ printed weight × value, with the weights as it prints them.
 *  Only for the lesson's own sentence, computed as the lesson does: weights that a mask or a factor changed are not its.
 *  weights: the computed row.  v [head, key, d_v] -> the printed row of weights and [d_v]; null elsewhere. */
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
  // The last printed digit may be rounded either way.
  if (weights.some((weight, key) => !(Math.abs(weight - (computed[key] ?? Number.NaN)) <= 0.001))) return null;
  const values = weights.map((_, key) => blockRow(v, head, key));
  const width = values[0]?.length ?? 0;
  const output = Array.from({ length: width }, (_, d) =>
    weights.reduce((sum, weight, key) => sum + weight * (values[key]?.[d] ?? 0), 0),
  );
  return { weights, output };
}
