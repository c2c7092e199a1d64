let format: Intl.ListFormat | undefined;

/** "a", "a and b", "a, b and c" */
export function listed(words: readonly string[]): string {
  // Made on first use: it takes milliseconds, which would delay every start.
  format ??= new Intl.ListFormat('en-GB');
  return format.format(words);
}
