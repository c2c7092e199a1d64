import type { Tokenizer } from '../../src/tokenizer/token.ts';
import { seededRandom } from './statistics.ts';

const words = (
  'the a we they water river bank money boat house tree light dark open door near from into over under with time year ' +
  'people world school state family student group country problem hand part place case week company system program ' +
  'question work government number night point home room mother area story fact month right study book word business'
).split(' ');

/** Makes sentences of exactly `count` tokens. Each differs from the one before; all are the same in every run.
 *  @throws Error when the tokenizer gives another count. */
export function sentencesOf(count: number, tokenizer: Tokenizer): () => string {
  const whole = words.filter((word) => tokenizer.tokenize(word).length === 1);
  const random = seededRandom(count);
  return () => {
    const chosen = Array.from({ length: count }, () => whole[Math.floor(random() * whole.length)]);
    const text = chosen.join(' ');
    const counted = tokenizer.tokenize(text).length;
    if (counted !== count) throw new Error(`"${text}" has ${counted} tokens, expected ${count}`);
    return text;
  };
}
