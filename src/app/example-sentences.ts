/** Sentences to begin with. */
export const exampleSentences: readonly string[] = [
  'The boat drifted toward the river bank.',
  'I deposited money in the bank.',
  'The nurse thanked the doctor because she had helped her.',
];

/** The sentence that one of the example sentences is set beside; of others the sentence itself, to be changed. */
export function counterpartOf(text: string): string {
  const [river, money] = exampleSentences;
  if (text === river) return money ?? text;
  return text === money ? (river ?? text) : text;
}
