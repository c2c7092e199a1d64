import {
  type HeadScoreName,
  type HeadScores,
  headScoreNames,
  type WeightScoreName,
} from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import { fixed } from './format.ts';

/** What a head looks at, for each score that is a weight. */
const placeWords: Readonly<Record<WeightScoreName, string>> = {
  previous: 'the previous token',
  next: 'the next token',
  same: 'itself',
  first: 'the first token',
  last: 'the last token',
  punctuation: 'punctuation',
  special: 'special tokens',
  duplicate: 'earlier copies of the token',
  induction: 'what followed earlier copies',
};
const weightScoreNames = Object.keys(placeWords) as readonly WeightScoreName[];

export function isWeightScore(name: HeadScoreName): name is WeightScoreName {
  return name in placeWords;
}

interface MeasuredHead {
  readonly scores: HeadScores;
  readonly chance: HeadScores;
}

/** The head with the largest mean weight on what a score measures, whether that is much or little; null: no head has the score.
 *  `looks at the previous token most: L0 H3 0.37 (at itself 0.56; chance 0.10)` */
export function mostSentence<Head extends MeasuredHead>(
  heads: readonly Head[],
  name: WeightScoreName,
  nameOf: (head: Head) => string,
): string | null {
  const scored = heads.filter(({ scores }) => scores[name] !== null);
  const [first] = scored;
  if (first === undefined) return null;
  const most = scored.reduce((best, one) => (scoreOf(one, name) > scoreOf(best, name) ? one : best), first);
  const chance = `chance ${fixed(most.chance[name] ?? 0, 2)}`;
  if (scoreOf(most, name) === 0) return `no head looks at ${placeWords[name]} (${chance})`;
  const larger = weightScoreNames
    .filter((other) => scoreOf(most, other) > scoreOf(most, name))
    .toSorted((a, b) => scoreOf(most, b) - scoreOf(most, a))[0];
  const more = larger === undefined ? '' : `at ${placeWords[larger]} ${fixed(scoreOf(most, larger), 2)}; `;
  return `looks at ${placeWords[name]} most: ${nameOf(most)} ${fixed(scoreOf(most, name), 2)} (${more}${chance})`;
}

/** One sentence for each weight score that some head has. */
export function mostSentences<Head extends MeasuredHead>(
  heads: readonly Head[],
  nameOf: (head: Head) => string,
): string[] {
  return weightScoreNames.flatMap((name) => mostSentence(heads, name, nameOf) ?? []);
}

function scoreOf({ scores }: MeasuredHead, name: WeightScoreName): number {
  return scores[name] ?? 0;
}

/** The scores that no head has. */
export function absentScores(heads: readonly MeasuredHead[]): HeadScoreName[] {
  return headScoreNames.filter((name) => heads.length > 0 && heads.every(({ scores }) => scores[name] === null));
}

const comparing = 'queries and keys are of two texts';
const lonely = 'no query has one that it could look at';
const reasons: Readonly<Record<HeadScoreName, string>> = {
  entropy: 'no query sees two keys',
  distance: 'no query has numbers',
  previous: lonely,
  next: lonely,
  same: 'no query has numbers',
  first: 'the first token has no numbers',
  last: 'the last token has no numbers',
  punctuation: 'no token with numbers is punctuation',
  special: 'no token with numbers is special',
  duplicate: 'no known token of the text repeats',
  induction: 'no repeated token is followed by one with numbers',
};
const compared: ReadonlySet<HeadScoreName> = new Set([
  'distance',
  'previous',
  'next',
  'same',
  'duplicate',
  'induction',
]);

/** Why scores do not apply: `n/a: special (no token with numbers is special)`; null: all apply. */
export function absenceSentence(absent: readonly HeadScoreName[], part: AttentionPart | null): string | null {
  if (absent.length === 0) return null;
  const reasonOf = (name: HeadScoreName) => {
    if (part === 'cross' && compared.has(name)) return comparing;
    return reasons[name === 'induction' && absent.includes('duplicate') ? 'duplicate' : name];
  };
  const groups = [...new Set(absent.map(reasonOf))].map((reason) => {
    const names = absent.filter((name) => reasonOf(name) === reason);
    return `${names.join(', ')} (${reason})`;
  });
  return `n/a: ${groups.join('; ')}`;
}
