/** Sentences to begin with. */
export const exampleSentences: readonly string[] = [
  'The boat drifted toward the river bank.',
  'I deposited money in the bank.',
  'The nurse thanked the doctor because she had helped her.',
];

/** The counterpart of an example sentence; for any other sentence, a copy of it. */
export function counterpartOf(text: string): string {
  const [river, money] = exampleSentences;
  if (text === river) return money ?? text;
  return text === money ? (river ?? text) : text;
}
