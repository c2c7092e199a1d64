let format: Intl.ListFormat | undefined;

/** "a", "a and b", "a, b and c" */
export function listed(words: readonly string[]): string {
  // Made when it is first needed: it takes milliseconds, which every start would wait for.
  format ??= new Intl.ListFormat('en-GB');
  return format.format(words);
}
