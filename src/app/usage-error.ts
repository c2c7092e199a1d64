/** Input that cannot be used: one line that says what, where, and what would be right. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
