export const exampleSentences: readonly string[] = [
  'The boat drifted toward the river bank.',
  'I deposited money in the bank.',
  'The nurse thanked the doctor because she had helped her.',
];

/** The sentence to compare an example sentence with; any other text is its own counterpart, for the user to edit. */
export function counterpartOf(text: string): string {
  const [river, money] = exampleSentences;
  if (text === river) return money ?? text;
  return text === money ? (river ?? text) : text;
}
