import type { StageContrast } from '../../core/measures/word-contrast.ts';
import { fixed } from '../kit/format.ts';

export interface ConclusionInput {
  readonly word: string;
  readonly layer: number;
  readonly stages: readonly StageContrast[];
  /** How many runs with shuffled words there are. */
  readonly shuffleCount: number;
}

/** Treats closer cosines as equal: a few shuffles of one pair of sentences vary by more. */
const margin = 0.03;

/** Says what the numbers at the selected layer's end show about the word, and no more: its start, its distance, the baseline, and
 *  whether shuffled words give as much. */
export function wordConclusion({ word, layer, stages, shuffleCount }: ConclusionInput): string {
  const of = (part: StageContrast['part']) => stages.find((one) => one.layer === layer && one.part === part);
  const end = of('output') ?? of('attention');
  const start = stages.find(({ part }) => part === 'static');
  if (end?.cosine == null || start?.cosine == null)
    return `"${word}" has no numbers in this model: there is nothing to compare.`;
  const { cosine, baseline, shuffled } = end;
  const number = (value: number) => fixed(value, 2);
  const place = end.part === 'output' ? `after layer ${layer}` : `after attention of layer ${layer}`;
  const from =
    start.cosine === 1
      ? `One static vector (1.00); ${number(cosine)} ${place}`
      : `Static ${number(start.cosine)}, since its tokens differ; ${number(cosine)} ${place}`;
  const beside =
    baseline === null ? '' : `, other tokens ${number(baseline)}: ${apart(start.cosine, cosine, baseline)}`;
  return `${from}${beside}.${shuffled === null ? '' : ` ${orderSentence(start.cosine, cosine, shuffled, shuffleCount, number)}`}`;
}

function apart(start: number, cosine: number, baseline: number): string {
  if (cosine === 1) return 'the two vectors are identical';
  if (cosine > start - margin) return 'the two vectors have hardly moved apart';
  if (cosine < baseline - margin) return 'the two are less alike than other tokens on average';
  if (cosine <= baseline + margin) return 'the two are no more alike than other tokens on average';
  const way = (start - cosine) / (start - baseline);
  return `the two have moved apart, ${way >= 0.5 ? 'at least' : 'less than'} half the way to other tokens`;
}

/** Says whether the same words have the same effect in any order. */
function orderSentence(
  start: number,
  cosine: number,
  shuffled: number,
  count: number,
  number: (value: number) => string,
): string {
  const control = `Shuffled (mean of ${count}) ${number(shuffled)}:`;
  if (shuffled < cosine - margin)
    return `${control} in random order they move further apart, so word order plays a part.`;
  if (cosine === 1 && shuffled > 1 - margin) return `${control} they are alike in random order too.`;
  if (cosine > start - margin) return `${control} in random order they hardly move either.`;
  if (shuffled <= cosine + margin) return `${control} in random order they move about as far.`;
  return `${control} in random order they move less, so word order plays a part.`;
}
