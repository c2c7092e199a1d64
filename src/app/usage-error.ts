/** Input that cannot be used. One line says what is wrong, where, and what would be right. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
