/** Token ids of 1, 2, 12 and 40 tokens, within a vocabulary of 40. */
export const idSequences: readonly (readonly number[])[] = [
  [7],
  [3, 31],
  [5, 17, 2, 39, 11, 11, 28, 4, 36, 9, 22, 13],
  Array.from({ length: 40 }, (_, i) => (i * 17 + 3 * (i % 5)) % 40),
];

/** Each source with a target of another length. */
export const idPairs = idSequences.map((source, i) => ({ source, target: idSequences[(i + 2) % idSequences.length]! }));
